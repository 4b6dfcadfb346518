import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Cloud, createCloud, type Vm } from "@autoscaler/idcloudhost";
import { type ContractRun, createContractRun } from "@autoscaler/idcloudhost/contract.ts";
import { down } from "@autoscaler/local-cloud/cli/down.ts";
import { type RunningCloud, up } from "@autoscaler/local-cloud/cli/up.ts";
import { detectCgroups } from "@autoscaler/local-cloud/machines/nspawn/detect-cgroups.ts";
import { runInside } from "@autoscaler/local-cloud/machines/nspawn/inside.ts";
import { describeInstance } from "@autoscaler/local-cloud/machines/nspawn/instance.ts";
import { API_ADDRESS, MIRROR_ADDRESS } from "@autoscaler/local-cloud/network/addresses.ts";
import { inNamespace } from "@autoscaler/local-cloud/network/namespace.ts";
import { leftovers } from "./leftovers.ts";

const instance = describeInstance("idch-contract");
const order = { osName: "debian", osVersion: "12", vcpu: 2, memoryMib: 2048, diskGb: 20 };
const polling = { intervalMs: 200, giveUpAfterMs: 30_000 };
const connect = (running: RunningCloud) =>
  createCloud({
    apiUrl: `http://127.0.0.1:${running.forwards[0]?.hostPort}`,
    apiKey: running.apiKey,
    location: "jkt01",
    absence: { readCount: 2, ...polling },
    lookUp: polling,
  });

describe("the local cloud over real machines", () => {
  let running: RunningCloud;
  let cloud: Cloud;

  beforeAll(async () => {
    running = await up(
      {
        instance,
        owner: "this-process",
        latency: "fast",
        forwards: [{ hostPort: 0, host: API_ADDRESS, port: 80 }],
      },
      () => undefined,
    );
    cloud = connect(running);
  });
  afterAll(async () => {
    await down({ instance, force: true });
    expect(leftovers(instance.name)).toEqual([]);
  });

  describe("keeps the contract", () => {
    const names = createContractRun({
      cloud: createCloud({ apiUrl: "http://127.0.0.1:1", apiKey: "names", location: "" }),
      prefix: "names",
      order,
      waitForIpMs: 0,
    }).steps.map(({ name }) => name);
    let run: ContractRun;

    beforeAll(() => {
      run = createContractRun({ cloud, prefix: "contract", order, waitForIpMs: 30_000 });
    });
    afterAll(() => run.cleanUp());

    it.each(names)("%s", async (name) => {
      await run.steps.find((step) => step.name === name)?.run();
    });
  });

  describe("makes its calls felt by a machine", () => {
    let vm: Vm;
    const inMachine = async (...command: readonly [string, ...string[]]) =>
      runInside(await detectCgroups(instance.name).processes(vm.uuid), command, "").then(
        (output) => ({ isGood: true, output }),
        () => ({ isGood: false, output: "" }),
      );
    const reaches = (address: string, port: number) => {
      const [program = "", ...args] = inNamespace(
        ["timeout", "2", "bash", "-c", `: </dev/tcp/${address}/${port}`],
        instance.name,
      );
      return spawnSync(program, args).status === 0;
    };
    const untilSshAnswers = async () => {
      while (!reaches(vm.privateIpv4 ?? "", 22)) await delay(250);
    };

    beforeAll(async () => {
      vm = await cloud.createVm({ ...order, name: "felt", reservePublicIp: true });
      await untilSshAnswers();
    });
    afterAll(() => cloud.deleteVm(vm.uuid));

    it("lets it reach the mirror while it has a public address, and no longer", async () => {
      const url = `http://${MIRROR_ADDRESS}/healthz`;
      const mirror = ["curl", "--silent", "--fail", "--noproxy", "*", "--max-time", "3", url] as const;
      expect((await inMachine(...mirror)).isGood).toBe(true);

      await cloud.releaseAutomaticIpsOfVm(vm.uuid, { waitForOneMs: 10_000 });

      expect((await inMachine(...mirror)).isGood).toBe(false);
    });

    it("puts it behind a firewall and in the open again", async () => {
      const { uuid } = await cloud.createFirewall({
        name: "felt-wall",
        rules: [{ protocol: "tcp", direction: "inbound", portStart: 80 }],
      });
      await cloud.assignFirewall(uuid, vm.uuid);
      expect(reaches(vm.privateIpv4 ?? "", 22)).toBe(false);

      await cloud.deleteFirewall(uuid);

      expect(reaches(vm.privateIpv4 ?? "", 22)).toBe(true);
    });

    it("gives it another size with the next start", async () => {
      await cloud.stopVm(vm.uuid, { force: true });
      await cloud.renameOrResizeVm({ uuid: vm.uuid, vcpu: 4, memoryMib: 4096 });
      await cloud.startVm(vm.uuid);

      const record = await readFile(
        join(instance.stateDirectory, "machines", vm.uuid, "machine.json"),
        "utf8",
      );
      expect(JSON.parse(record)).toMatchObject({ vcpu: 4, memoryMib: 4096 });
      await untilSshAnswers();
      const { output } = await inMachine("sh", "-c", "grep MemTotal /proc/meminfo");
      expect(Number(/\d+/.exec(output)?.[0])).toBe(4096 * 1024);
    });
  });
});
