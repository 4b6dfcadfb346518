import { cloudOf, connect } from "./connection.ts";
import { refuseWhileInUse, type UsedByMachines } from "./kept-while-in-use.ts";
import { checked, compared, isText, type Provider, settled } from "./provider-results.ts";
import { removablePrefix, removeAllNamed } from "./remove-stack.ts";

export interface ClonePoolInputs extends UsedByMachines {
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
      updating: ["location", "pool", "networkUuid", "machineNames", "pollIntervalMs", "quietSeconds"],
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
   * Removes every clone with its addresses, and whatever else bears the stack's names, until several reads in a
   * row show none. All VMs of the stack depend on this, so it runs after their deletion: a running scaler
   * would create clones again.
   *
   * @throws while machines of the stack are in use, and when VMs are still listed after 15 minutes; the next destroy
   * continues.
   */
  async delete(_id, props) {
    const { clonePrefix, pollIntervalMs, quietSeconds } = props;
    await refuseWhileInUse(
      props,
      "all clones would go at once, and the scaler would make them again; for a pool without clones run `npm run scale -- 1`",
    );
    const cloud = cloudOf(props);
    const prefix = removablePrefix(clonePrefix.replace(/c-$/, ""), props);
    const endMs = Date.now() + GIVE_UP_AFTER_MS;
    let quietSinceMs = Date.now();
    let emptyLooks = 0;
    while (emptyLooks < EMPTY_LOOKS || Date.now() - quietSinceMs < 1000 * quietSeconds) {
      const count = await removeAllNamed(cloud, prefix);
      emptyLooks = count === 0 ? emptyLooks + 1 : 0;
      if (count > 0) quietSinceMs = Date.now();
      if (count > 0 && Date.now() > endMs) {
        throw new Error(`${count} VMs named as ${clonePrefix}... are still there: run destroy again`);
      }
      await new Promise((resolve) => setTimeout(resolve, pollIntervalMs));
    }
  },
};
