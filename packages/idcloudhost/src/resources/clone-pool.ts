import type { Cloud } from "../cloud.ts";
import { isNotFound } from "../errors.ts";
import type { Vm } from "../types.ts";
import { cloudOf, connect, type Located } from "./connection.ts";
import { checked, compared, isText, type Provider, settled } from "./provider-results.ts";

export interface ClonePoolInputs extends Located {
  /** Its name in paths, metrics and alerts; absent in the state of a stack that version 0.1.0 made. */
  readonly pool: string;
  /** Every VM whose name begins so is a clone of this stack. */
  readonly clonePrefix: string;
  readonly networkUuid: string;
  /** Pause between two reads of the list in `delete`. */
  readonly pollIntervalMs: number;
  /**
   * How long no clone must be listed: a clone call that the scaler sent before its removal may still create
   * a VM.
   */
  readonly quietSeconds: number;
}

/** Reads in a row that must show no clone: lists lag. */
const EMPTY_LOOKS = 3;
/** An automatic address may be listed later than its VM; after this age it was listed or never will be. */
const YOUNG_MS = 120_000;
const AUTOMATIC_IP_PATIENCE_MS = 30_000;
const GIVE_UP_AFTER_MS = 15 * 60_000;

export const provider: Provider<ClonePoolInputs, ClonePoolInputs> = {
  configure: connect,

  async check(olds, news) {
    const { inputs, failures } = checked(news, {
      // A short prefix would match VMs of others.
      clonePrefix: (value) =>
        /^.+-[a-z0-9]{6}-c-$/.test(String(value)) ? false : "must end with -<6 random characters>-c-",
      networkUuid: isText,
    });
    // The load balancer would drop the clones it serves, and alerts and dashboards of the former name would stay.
    const renamed = settled(olds, news, {
      pool: (former) =>
        `the pool is called ${former} since it was made: set pool.name back, or make another stack for another name`,
    });
    return { inputs, failures: [...failures, ...renamed] };
  },

  /** The prefix replaces, so that the clones under the old one are removed. */
  async diff(_id, olds, news) {
    return compared(olds, news, {
      replacing: ["clonePrefix"],
      updating: ["location", "pool", "networkUuid", "pollIntervalMs", "quietSeconds"],
    });
  },

  /** A no-op: the scaler makes the clones. This resource exists for its `delete`. */
  async create(inputs) {
    return { id: `clones-${inputs.clonePrefix}`, outs: inputs };
  },

  async read(id, props) {
    return { id, props };
  },

  update: async (_id, _olds, news) => ({ outs: news }),

  /**
   * Removes every clone with its addresses until several reads in a row show none. Runs after the scaler's VM is
   * deleted: a running scaler would create them again.
   *
   * @throws when clones are still listed after 15 minutes; the next destroy continues.
   */
  async delete(_id, { clonePrefix, pollIntervalMs, quietSeconds, ...where }) {
    const cloud = cloudOf(where);
    const endMs = Date.now() + GIVE_UP_AFTER_MS;
    let quietSinceMs = Date.now();
    let emptyLooks = 0;
    while (emptyLooks < EMPTY_LOOKS || Date.now() - quietSinceMs < 1000 * quietSeconds) {
      const count = await removeClones(cloud, clonePrefix);
      emptyLooks = count === 0 ? emptyLooks + 1 : 0;
      if (count > 0) quietSinceMs = Date.now();
      if (count > 0 && Date.now() > endMs) {
        throw new Error(`${count} clones named ${clonePrefix}... are still there: run destroy again`);
      }
      await new Promise((resolve) => setTimeout(resolve, pollIntervalMs));
    }
  },
};

/** Removes the clones that are listed now, with their addresses; returns how many there were. */
export async function removeClones(cloud: Cloud, clonePrefix: string): Promise<number> {
  const clones = (await cloud.listVms()).filter(
    ({ name, status }) => name.startsWith(clonePrefix) && status.toLowerCase() !== "deleted",
  );
  await Promise.all(clones.map((clone) => removeClone(cloud, clone)));
  return clones.length;
}

/** Addresses go first: once the VM is gone nothing ties them to it, and they stay billed. */
async function removeClone(cloud: Cloud, { uuid, createdAtMs = Date.now() }: Vm): Promise<void> {
  try {
    const ips = await cloud.publicIpsOfVm(uuid);
    for (const ip of ips) await cloud.releaseIp(ip.address, { uuid: ip.uuid });
    if (ips.length === 0 && Date.now() - createdAtMs < YOUNG_MS) {
      await cloud.releaseAutomaticIpsOfVm(uuid, { waitForOneMs: AUTOMATIC_IP_PATIENCE_MS });
    }
    await cloud.deleteVm(uuid);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
