import type { Cloud } from "../cloud.ts";
import { isNotFound } from "../errors.ts";
import { connect, connectedCloud } from "./connection.ts";
import {
  type CheckResult,
  type CreateResult,
  checked,
  compared,
  type DiffResult,
  isText,
  type Provider,
  type ReadResult,
} from "./provider-results.ts";

export interface ClonePoolInputs {
  /** Every VM whose name begins so is a clone of this stack. */
  readonly clonePrefix: string;
  readonly networkUuid: string;
  /** Pause between two looks for clones at the end. */
  readonly pollIntervalMs: number;
}

/** Looks in a row that must show no clone: lists lag, and a clone call cut off by the scaler's end may still work. */
const EMPTY_LOOKS = 3;
const GIVE_UP_AFTER_MS = 15 * 60_000;

export function check(news: ClonePoolInputs): CheckResult<ClonePoolInputs> {
  return checked(news, {
    // A short prefix would make other people's VMs ours.
    clonePrefix: (value) =>
      /^.+-[a-z0-9]{6}-c-$/.test(String(value)) ? false : "must end with -<6 random characters>-c-",
    networkUuid: isText,
  });
}

/** The prefix replaces, so that the clones under the old one are removed. */
export function diff(olds: ClonePoolInputs, news: ClonePoolInputs): DiffResult {
  return compared(olds, news, { replacing: ["clonePrefix"], updating: ["networkUuid", "pollIntervalMs"] });
}

/** Makes nothing: clones come from the scaler. This resource is here for its end. */
export async function create(inputs: ClonePoolInputs): Promise<CreateResult<ClonePoolInputs>> {
  return { id: `clones-${inputs.clonePrefix}`, outs: inputs };
}

export async function read(id: string, props: ClonePoolInputs): Promise<ReadResult<ClonePoolInputs>> {
  return { id, props };
}

/**
 * Removes every clone with its addresses, again and again until several looks show none. Runs when the
 * scaler's VM is gone, else it would make them anew.
 *
 * @throws when clones are still seen after 15 minutes; the next destroy goes on.
 */
export async function remove(props: ClonePoolInputs): Promise<void> {
  const cloud = connectedCloud();
  const endMs = Date.now() + GIVE_UP_AFTER_MS;
  for (let emptyLooks = 0; emptyLooks < EMPTY_LOOKS; ) {
    const clones = (await cloud.listVms()).filter(
      ({ name, status }) => name.startsWith(props.clonePrefix) && status.toLowerCase() !== "deleted",
    );
    emptyLooks = clones.length === 0 ? emptyLooks + 1 : 0;
    for (const { uuid } of clones) await removeClone(cloud, uuid);
    if (clones.length > 0 && Date.now() > endMs) {
      throw new Error(
        `${clones.length} clones named ${props.clonePrefix}... are still there: run destroy again`,
      );
    }
    if (emptyLooks < EMPTY_LOOKS) await new Promise((resolve) => setTimeout(resolve, props.pollIntervalMs));
  }
}

async function removeClone(cloud: Cloud, uuid: string): Promise<void> {
  try {
    for (const ip of await cloud.publicIpsOfVm(uuid)) await cloud.releaseIp(ip.address, { uuid: ip.uuid });
    await cloud.deleteVm(uuid);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** In the order of arguments that Pulumi has. */
export const provider: Provider<ClonePoolInputs, ClonePoolInputs> = {
  configure: connect,
  check: async (_olds, news) => check(news),
  diff: async (_id, olds, news) => diff(olds, news),
  create,
  read,
  update: async (_id, _olds, news) => ({ outs: news }),
  delete: (_id, props) => remove(props),
};
