import { readFileSync } from "node:fs";
import { join } from "node:path";
import { artifactsOfRole } from "./roles/common.ts";
import { renderTemplate } from "./template.ts";

const FOLDER = join(__dirname, "../../../cloud-init");
/** packages/idcloudhost refuses more; the cloud's own limit is not known. */
const LIMIT_BYTES = 65_536;

describe.each(Object.keys(artifactsOfRole))("cloud-init/%s.yaml", (role) => {
  const program = readFileSync(join(FOLDER, "autoscaler-apply.py"), "base64");
  const text = renderTemplate(readFileSync(join(FOLDER, `${role}.yaml`), "utf8"), {
    hostName: "local-ab12cd-seed",
    hostPrivateKey: "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
    hostPublicKey: "ssh-ed25519 AAAA",
    authorizedKeys: ["ssh-ed25519 BBBB"],
    applyProgram: program,
    firstBootDocument: Buffer.from("{}").toString("base64"),
  });

  it("is a JSON object within the size that the cloud takes", () => {
    expect(Buffer.byteLength(text)).toBeLessThan(LIMIT_BYTES);
    expect(JSON.parse(text)).toMatchObject({
      hostname: "local-ab12cd-seed",
      ssh_keys: { ed25519_public: "ssh-ed25519 AAAA" },
      users: [{ name: "ops", lock_passwd: true, ssh_authorized_keys: ["ssh-ed25519 BBBB"] }],
      ssh_pwauth: false,
    });
  });

  it("writes the apply program and runs it", () => {
    const { write_files, runcmd } = JSON.parse(text);
    expect(write_files[0]).toMatchObject({ path: "/usr/local/sbin/autoscaler-apply", content: program });
    expect(runcmd[0].join(" ")).toContain(`autoscaler-apply < ${write_files[1].path}`);
  });
});
