import type { Logger } from "@autoscaler/service-kit";
import { addBridge, removeBridge } from "../network/bridges.ts";
import { firewallRuleset } from "../network/firewall-ruleset.ts";
import { inNamespace } from "../network/namespace.ts";
import { natRuleset } from "../network/nat-ruleset.ts";
import type { MachineDriver, MachineSpec } from "./driver.ts";
import { detectCgroups } from "./nspawn/detect-cgroups.ts";
import { copyDisk } from "./nspawn/disk-copy.ts";
import { run } from "./nspawn/host/run-command.ts";
import { createMachineStore, type MachineFiles } from "./nspawn/machine-files.ts";
import { createMachineRunner } from "./nspawn/machine-runner.ts";
import { seedOf, writeSeed } from "./nspawn/seed.ts";
import { readMachineSettings } from "./nspawn/settings.ts";

export interface NspawnDriverOptions {
  /** Has `machines.json`, written by `local-cloud up`; the machines are kept in it. */
  readonly stateDirectory: string;
  readonly log: Logger;
}

/**
 * Real machines by systemd-nspawn. They outlive this process: the next driver on the same folder finds them
 * running and takes over.
 *
 * @throws when `machines.json` is missing or wrong.
 */
export async function createNspawnDriver({
  stateDirectory,
  log,
}: NspawnDriverOptions): Promise<MachineDriver> {
  const settings = await readMachineSettings(stateDirectory);
  const store = createMachineStore(stateDirectory);
  const cgroups = detectCgroups(settings.instance);
  const runner = createMachineRunner({ settings, store, cgroups, log });
  await runner.takeOver();

  let filtersBridges = true;

  /** Makes a disk and starts it; takes everything back when any of it fails. */
  const make = async (spec: MachineSpec, fill: (files: MachineFiles) => Promise<void>) => {
    const files = await store.make(spec);
    try {
      await fill(files);
      await writeSeed(files.upper, seedOf(spec));
      await runner.start(spec.id);
    } catch (error) {
      await remove(spec.id);
      throw error;
    }
  };

  const load = async (ruleset: string) => {
    await run(inNamespace(["nft", "-f", "-"], settings.instance), { input: ruleset });
  };

  const remove = async (id: string) => {
    await runner.stop(id, { force: true });
    await cgroups.remove(id);
    await store.remove(id);
  };

  return {
    name: "nspawn",
    addNetwork: (network) => addBridge(settings.instance, network),
    removeNetwork: (id) => removeBridge(settings.instance, id),
    create: (spec) => make(spec, async () => undefined),
    clone: (spec, sourceId) => make(spec, ({ upper }) => copyDisk(store.filesOf(sourceId).upper, upper)),
    start: (id) => runner.start(id),
    stop: (id, options) => runner.stop(id, options),
    remove,
    isRunning: (id) => runner.isRunning(id),
    setPublicAddresses: (addresses, options) => load(natRuleset(addresses, options)),
    async setFirewalls(firewalls) {
      if (filtersBridges) {
        try {
          return await load(firewallRuleset(firewalls));
        } catch (error) {
          await load(firewallRuleset(firewalls, { withBridge: false })); // else the rules themselves are bad
          filtersBridges = false;
          log.warn(
            { event: "firewall.routed_only", err: error },
            "this kernel filters no bridges: firewalls do not hold between machines of one network",
          );
        }
      } else await load(firewallRuleset(firewalls, { withBridge: false }));
    },
    resize: (id, size) => store.resize(id, size),
    close: () => runner.close(),
  };
}
