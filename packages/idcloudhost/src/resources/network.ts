import { isNotFound } from "../errors.ts";
import { removeClones } from "./clone-pool.ts";
import { connect, connectedCloud } from "./connection.ts";
import {
  type CheckResult,
  type CreateResult,
  checked,
  compared,
  type DiffResult,
  isText,
  PartialFailure,
  type Provider,
  type ReadResult,
  type UpdateResult,
} from "./provider-results.ts";

export interface NetworkInputs {
  /** `<prefix>-network`. Unique in the account: a network that has it already is taken over. */
  readonly name: string;
}

export interface NetworkOutputs extends NetworkInputs {
  /** Given by the platform. */
  readonly cidr: string;
  readonly isDefault: boolean;
  /** The account's default network before; `delete` makes it the default again. Absent: there was none. */
  readonly previousDefaultUuid?: string;
}

export function check(news: NetworkInputs): CheckResult<NetworkInputs> {
  return checked(news, { name: isText });
}

/** A network that is no longer the default one is a change: clones would land elsewhere. */
export function diff(olds: NetworkOutputs, news: NetworkInputs): DiffResult {
  const { changes, ...rest } = compared<NetworkInputs>(olds, news, { replacing: [], updating: ["name"] });
  return { changes: changes || !olds.isDefault, ...rest };
}

export async function create(inputs: NetworkInputs): Promise<CreateResult<NetworkOutputs>> {
  const cloud = connectedCloud();
  const before = (await cloud.listNetworks()).find(
    ({ name, isDefault }) => isDefault && name !== inputs.name,
  );
  const network = await cloud.createNetwork(inputs.name);
  try {
    return { id: network.uuid, outs: await madeDefault(network.uuid, inputs, before?.uuid) };
  } catch (error) {
    throw new PartialFailure(network.uuid, { ...inputs }, error);
  }
}

export async function read(uuid: string, props: NetworkOutputs): Promise<ReadResult<NetworkOutputs>> {
  try {
    const { name, subnet, isDefault } = await connectedCloud().getNetwork(uuid);
    return {
      id: uuid,
      props: { ...props, name, isDefault, ...(subnet === undefined ? {} : { cidr: subnet }) },
    };
  } catch (error) {
    if (isNotFound(error)) return {};
    throw error;
  }
}

export async function update(
  uuid: string,
  olds: NetworkOutputs,
  news: NetworkInputs,
): Promise<UpdateResult<NetworkOutputs>> {
  if (olds.name !== news.name) await connectedCloud().renameNetwork(uuid, news.name);
  return { outs: await madeDefault(uuid, news, olds.previousDefaultUuid) };
}

/**
 * Gives the default role back and deletes the network. A clone listed only after the clone pool was deleted
 * would block this, hence clones are removed once more.
 */
export async function remove(uuid: string, props: NetworkOutputs): Promise<void> {
  const cloud = connectedCloud();
  if ((await read(uuid, props)).id === undefined) return;
  await removeClones(cloud, `${props.name.replace(/-network$/, "")}-c-`);
  const { previousDefaultUuid } = props;
  if (props.isDefault && previousDefaultUuid !== undefined) {
    const isThere = (await cloud.listNetworks()).some((network) => network.uuid === previousDefaultUuid);
    if (isThere) await cloud.setDefaultNetwork(previousDefaultUuid);
  }
  await cloud.deleteNetwork(uuid);
}

/** Clones land in the default network; the clone call has no parameter for it. */
async function madeDefault(
  uuid: string,
  inputs: NetworkInputs,
  previousDefaultUuid: string | undefined,
): Promise<NetworkOutputs> {
  const { subnet, isDefault } = await connectedCloud().setDefaultNetwork(uuid);
  if (subnet === undefined) throw new Error(`network ${inputs.name} has no address range`);
  return {
    ...inputs,
    cidr: subnet,
    isDefault,
    ...(previousDefaultUuid === undefined ? {} : { previousDefaultUuid }),
  };
}

/** With the argument order of Pulumi's provider interface. */
export const provider: Provider<NetworkInputs, NetworkOutputs> = {
  configure: connect,
  check: async (_olds, news) => check(news),
  diff: async (_uuid, olds, news) => diff(olds, news),
  create,
  read,
  update,
  delete: remove,
};
