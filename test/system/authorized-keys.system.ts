import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { ServerView } from "@autoscaler/contracts";
import { down } from "@autoscaler/local-cloud/cli/down.ts";
import { addForward } from "@autoscaler/local-cloud/cli/forwarding.ts";
import { type RunningCloud, up } from "@autoscaler/local-cloud/cli/up.ts";
import { describeInstance } from "@autoscaler/local-cloud/machines/nspawn/instance.ts";
import { API_ADDRESS } from "@autoscaler/local-cloud/network/addresses.ts";
import { inNamespace } from "@autoscaler/local-cloud/network/namespace.ts";
import { requestJson } from "@autoscaler/service-kit";
import { type PulumiCommand, runPulumi } from "../../tools/start/pulumi.ts";
import { createLocalProject } from "../../tools/start/pulumi-project.ts";
import { type StackOutputs, stackDestroy, stackUp } from "../../tools/start/stack.ts";
import { leftovers } from "./leftovers.ts";

const instance = describeInstance("idch-keys");

interface Machine {
  readonly name: string;
  readonly privateIpv4: string;
}

/** One story on one stack of real machines. */
describe("who may log in", () => {
  let keys: string;
  let cloud: RunningCloud;
  let pulumi: PulumiCommand;
  let outputs: StackOutputs;

  beforeAll(async () => {
    keys = mkdtempSync(join(tmpdir(), "keys-"));
    for (const name of ["ani", "budi"])
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", join(keys, name)]);
    const quiet = { instance, owner: "this-process", latency: "fast", forwards: [] } as const;
    cloud = await up(quiet, () => undefined);
    pulumi = {
      project: await createLocalProject(join(instance.stateDirectory, "pulumi"), cloud),
      inNamespace: (command) => inNamespace(command, instance.name),
      logFile: join(instance.stateDirectory, "pulumi.log"),
      signal: new AbortController().signal,
    };
    outputs = await stackUp(pulumi, cloud, () => undefined);
  });
  afterAll(async () => {
    await down({ instance, force: true });
    rmSync(keys, { recursive: true, force: true });
    expect(leftovers(instance.name)).toEqual([]);
  });

  async function scaler<T>(path: string, json?: object): Promise<T> {
    const { hostname, port } = new URL(outputs.scalerUrl);
    const { hostPort } = await forward(hostname, Number(port));
    const url = `http://127.0.0.1:${hostPort}/v1/pools/${outputs.pool}${path}`;
    const method = json === undefined ? "GET" : "PUT";
    const { status, body, text } = await requestJson(url, {
      method,
      ...(json === undefined ? {} : { json }),
      token: outputs.operatorToken,
      timeoutMs: 10_000,
    });
    expect([200, 202]).toContain(status === 200 || status === 202 ? status : text);
    return body as T;
  }

  const forwards = new Map<string, number>();
  async function forward(host: string, port: number): Promise<{ readonly hostPort: number }> {
    const hostPort = forwards.get(`${host}:${port}`) ?? 0;
    const added = await addForward(instance.stateDirectory, { hostPort, host, port });
    forwards.set(`${host}:${port}`, added.hostPort);
    return added;
  }

  async function scaleTo(size: number): Promise<void> {
    await scaler("/size", { size });
    const endMs = performance.now() + 120_000;
    for (;;) {
      const servers = await scaler<readonly ServerView[]>("/servers");
      if (servers.length === size && servers.every(({ phase }) => phase === "serving")) return;
      if (performance.now() > endMs) throw new Error(`not ${size} servers: ${JSON.stringify(servers)}`);
      await delay(500);
    }
  }

  async function machines(): Promise<readonly Machine[]> {
    const { hostPort } = await forward(API_ADDRESS, 80);
    const { body } = await requestJson(`http://127.0.0.1:${hostPort}/_local/state`, { timeoutMs: 10_000 });
    return (body as { readonly vms: readonly Machine[] }).vms;
  }

  /** Who gets in where, one line a machine: `seed: ani`. The roles are the ends of the names. */
  async function logins(): Promise<readonly string[]> {
    const lines = await Promise.all(
      (await machines()).map(async ({ name, privateIpv4 }) => {
        const { hostPort } = await forward(privateIpv4, 22);
        const role = /-c-/.test(name) ? "clone" : (name.split("-").at(-1) ?? name);
        return `${role}: ${["ani", "budi"].filter((who) => getsIn(who, hostPort)).join(" and ")}`;
      }),
    );
    return lines.toSorted();
  }

  function getsIn(who: string, port: number): boolean {
    const options = [
      "BatchMode=yes",
      "IdentitiesOnly=yes",
      "StrictHostKeyChecking=no",
      "UserKnownHostsFile=/dev/null",
    ];
    const { status, stderr } = spawnSync(
      "ssh",
      [
        "-i",
        join(keys, who),
        "-p",
        String(port),
        ...options.flatMap((option) => ["-o", option]),
        "ops@127.0.0.1",
        "sudo true",
      ],
      { encoding: "utf8", env: { ...process.env, SSH_AUTH_SOCK: "" } },
    );
    if (status !== 0) expect(stderr).toMatch(/Permission denied \(publickey\)/);
    return status === 0;
  }

  async function authorize(who: string): Promise<void> {
    const key = readFileSync(join(keys, `${who}.pub`), "utf8").trim();
    await runPulumi(pulumi, ["config", "set", "--path", "authorizedKeys[0]", key, "--stack", "local"]);
    await runPulumi(pulumi, ["up", "--stack", "local", "--yes", "--non-interactive", "--skip-preview"]);
  }

  it("gets in everywhere within one up, clones that exist included", async () => {
    await scaleTo(2);
    expect(await logins()).toEqual(["clone: ", "lb: ", "monitor: ", "seed: "]);

    await authorize("ani");

    expect(await logins()).toEqual(["clone: ani", "lb: ani", "monitor: ani", "seed: ani"]);
  });

  it("is out everywhere within one up, also of what cloud-init had written, and of later clones", async () => {
    const byHand = `mkdir -p ~/.ssh && cat >> ~/.ssh/authorized_keys`;
    for (const { privateIpv4 } of await machines()) {
      const { hostPort } = await forward(privateIpv4, 22);
      execFileSync(
        "ssh",
        [
          "-q",
          "-i",
          join(keys, "ani"),
          "-p",
          String(hostPort),
          "-o",
          "StrictHostKeyChecking=no",
          "-o",
          "UserKnownHostsFile=/dev/null",
          "ops@127.0.0.1",
          byHand,
        ],
        { input: readFileSync(join(keys, "ani.pub")) },
      );
    }

    await authorize("budi");
    expect(await logins()).toEqual(["clone: budi", "lb: budi", "monitor: budi", "seed: budi"]);
    await scaleTo(3);

    expect(await logins()).toEqual(["clone: budi", "clone: budi", "lb: budi", "monitor: budi", "seed: budi"]);
  });

  it("leaves nothing behind", async () => {
    await stackDestroy(pulumi, () => undefined);
    expect(await machines()).toEqual([]);
  });
});
