import { isNotFound } from "../errors.ts";
import { connect, connectedCloud } from "./connection.ts";
import {
  type CheckResult,
  type CreateResult,
  checked,
  compact,
  compared,
  type DiffResult,
  isText,
  PartialFailure,
  type Provider,
  type ReadResult,
  type UpdateResult,
} from "./provider-results.ts";

export interface NetworkInputs {
  /** Unique in the account: a network that has it already is taken over. */
  readonly name: string;
}

export interface NetworkOutputs extends NetworkInputs {
  /** Given by the platform. */
  readonly cidr: string;
  readonly isDefault: boolean;
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
  const network = await connectedCloud().createNetwork(inputs.name);
  try {
    return { id: network.uuid, outs: await madeDefault(network.uuid, inputs) };
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
  return { outs: await madeDefault(uuid, news) };
}

export async function remove(uuid: string): Promise<void> {
  await connectedCloud().deleteNetwork(uuid);
}

/** Clones land in the default network; the clone call has no parameter for it. */
async function madeDefault(uuid: string, inputs: NetworkInputs): Promise<NetworkOutputs> {
  const { subnet, isDefault } = await connectedCloud().setDefaultNetwork(uuid);
  if (subnet === undefined) throw new Error(`network ${inputs.name} has no address range`);
  return compact({ ...inputs, cidr: subnet, isDefault });
}

/** In the order of arguments that Pulumi has. */
export const provider: Provider<NetworkInputs, NetworkOutputs> = {
  configure: connect,
  check: async (_olds, news) => check(news),
  diff: async (_uuid, olds, news) => diff(olds, news),
  create,
  read,
  update,
  delete: remove,
};
