import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SCRIPT = join(__dirname, "../../../cloud-init/clone-identity.sh");
const SEED = { mac: "52:54:00:00:00:01", instance: "i-seed", hostName: "x-seed" };

describe("clone-identity", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "identity-"));
    for (const path of ["bin", "etc/ssh", "sys/class/net/eth0", "sys/class/net/lo", "var/lib/cloud/data"]) {
      mkdirSync(join(directory, path), { recursive: true });
    }
    const fake = (name: string, script: string) => {
      writeFileSync(
        join(directory, "bin", name),
        `#!/bin/sh\necho "${name} $*" >> ${directory}/calls\n${script}\n`,
      );
      chmodSync(join(directory, "bin", name), 0o755);
    };
    fake("hostname", `[ $# -gt 0 ] && echo "$1" > ${directory}/name || cat ${directory}/name`);
    fake("ssh-keygen", "");
    fake("systemctl", "");
    writeFileSync(join(directory, "etc/machine-id"), "seed-machine-id\n");
    writeFileSync(join(directory, "etc/ssh/ssh_host_ed25519_key"), "seed key");
    writeFileSync(join(directory, "sys/class/net/lo/address"), "00:00:00:00:00:00\n");
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function boot({ mac, instance, hostName }: typeof SEED): void {
    writeFileSync(join(directory, "sys/class/net/eth0/address"), `${mac}\n`);
    writeFileSync(join(directory, "var/lib/cloud/data/instance-id"), `${instance}\n`);
    writeFileSync(join(directory, "name"), `${hostName}\n`);
    execFileSync("sh", [SCRIPT], {
      env: { PATH: `${directory}/bin:${process.env["PATH"]}`, CLONE_IDENTITY_ROOT: directory },
    });
  }
  const read = (path: string) => readFileSync(join(directory, path), "utf8").trim();

  it("leaves the seed as it is, at its set-up and at every later boot", () => {
    boot(SEED);
    boot(SEED);

    expect(read("etc/machine-id")).toBe("seed-machine-id");
    expect(existsSync(join(directory, "etc/ssh/ssh_host_ed25519_key"))).toBe(true);
  });

  it.each([
    { when: "the MAC changed", change: { mac: "52:54:00:00:00:02" } },
    { when: "the instance id changed", change: { instance: "i-clone" } },
  ])("gives new ids, keys and name when $when, once", ({ change }) => {
    boot(SEED);
    boot({ ...SEED, ...change });

    const machineId = read("etc/machine-id");
    expect(machineId).toMatch(/^[0-9a-f]{32}$/);
    expect(existsSync(join(directory, "etc/ssh/ssh_host_ed25519_key"))).toBe(false);
    expect(read("calls")).toContain(`ssh-keygen -A -f ${directory}`);
    expect(read("name")).toMatch(/^x-seed-[0-9a-f]{6}$/);

    boot({ ...SEED, ...change });
    expect(read("etc/machine-id")).toBe(machineId);
  });

  it("keeps a name that cloud-init already gave to the clone", () => {
    boot(SEED);
    boot({ mac: "52:54:00:00:00:02", instance: "i-clone", hostName: "x-c-abc" });

    expect(read("name")).toBe("x-c-abc");
  });
});
