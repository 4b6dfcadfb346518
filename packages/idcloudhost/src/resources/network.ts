import type { Cloud } from "../cloud.ts";
import { isNotFound } from "../errors.ts";
import type { Network } from "../types.ts";
import { cloudOf, connect } from "./connection.ts";
import { refuseWhileInUse, type UsedByMachines } from "./kept-while-in-use.ts";
import { checked, compared, isText, PartialFailure, type Provider, settled } from "./provider-results.ts";
import { removablePrefix, removeAllNamed } from "./remove-stack.ts";
import { withoutTwins } from "./twins.ts";

export interface NetworkInputs extends UsedByMachines {
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

export const provider: Provider<NetworkInputs, NetworkOutputs> = {
  configure: connect,

  async check(olds, news) {
    const { inputs, failures } = checked(news, { name: isText });
    // Elsewhere nothing of the stack would be found: its VMs would run on, billed, and nobody would know them.
    const moved = settled(olds, news, {
      location: (former) =>
        `this stack was made in ${inWords(former)} and cannot move: set location back, or run \`pulumi destroy\` with the former one first, or make another stack for the other data centre`,
    });
    return { inputs, failures: [...failures, ...moved] };
  },

  /** A network that is no longer the default one is a change: clones would land elsewhere. */
  async diff(_uuid, olds, news) {
    const { changes, ...rest } = compared<NetworkInputs>(olds, news, {
      replacing: [],
      updating: ["name", "location", "machineNames"],
    });
    return { changes: changes || !olds.isDefault, ...rest };
  },

  async create(inputs) {
    const cloud = cloudOf(inputs);
    const before = (await cloud.listNetworks()).find(
      ({ name, isDefault }) => isDefault && name !== inputs.name,
    );
    await theOne(cloud, inputs.name);
    const made = await cloud.createNetwork(inputs.name);
    let { uuid } = made;
    try {
      uuid = (await theOne(cloud, inputs.name, made))?.uuid ?? uuid;
      return { id: uuid, outs: await madeDefault(uuid, inputs, before?.uuid) };
    } catch (error) {
      throw new PartialFailure(uuid, { ...inputs }, error);
    }
  },

  async read(uuid, props) {
    try {
      const { name, subnet, isDefault } = await cloudOf(props).getNetwork(uuid);
      return {
        id: uuid,
        props: { ...props, name, isDefault, ...(subnet === undefined ? {} : { cidr: subnet }) },
      };
    } catch (error) {
      if (isNotFound(error)) return {};
      throw error;
    }
  },

  async update(uuid, olds, news) {
    if (olds.name !== news.name) await cloudOf(news).renameNetwork(uuid, news.name);
    return { outs: await madeDefault(uuid, news, olds.previousDefaultUuid) };
  },

  /**
   * Gives the default role back and deletes the network. It is the last of a stack, so whatever bears the stack's
   * name goes with it: a clone that was listed only after the clone pool was deleted, a VM of a run that was killed.
   */
  async delete(uuid, props) {
    const cloud = cloudOf(props);
    if ((await provider.read(uuid, props)).id === undefined) return;
    await refuseWhileInUse(
      props,
      "everything of the stack is in this network; for another one destroy the stack and make it again",
    );
    const [, prefix] = /^(.+-[a-z0-9]{6}-)network$/.exec(props.name) ?? []; // else somebody renamed it
    if (prefix !== undefined) await removeAllNamed(cloud, removablePrefix(prefix, props));
    const { previousDefaultUuid } = props;
    if (props.isDefault && previousDefaultUuid !== undefined) {
      const isThere = (await cloud.listNetworks()).some((network) => network.uuid === previousDefaultUuid);
      if (isThere) await cloud.setDefaultNetwork(previousDefaultUuid);
    }
    await cloud.deleteNetwork(uuid);
  },
};

/** The one of the name that has VMs, else the default one; the others are removed. */
async function theOne(cloud: Cloud, name: string, made?: Network): Promise<Network | undefined> {
  const named = (await cloud.listNetworks()).filter((network) => network.name === name);
  const weight = ({ vmUuids, isDefault }: Network) => 2 * vmUuids.length + Number(isDefault);
  return withoutTwins(named, made, {
    order: (a, b) => weight(b) - weight(a),
    remove: ({ uuid }) => cloud.deleteNetwork(uuid),
  });
}

function inWords(location: string): string {
  return location === "" ? "the account's default location" : location;
}

/** Clones land in the default network; the clone call has no parameter for it. */
async function madeDefault(
  uuid: string,
  inputs: NetworkInputs,
  previousDefaultUuid: string | undefined,
): Promise<NetworkOutputs> {
  const { subnet, isDefault } = await cloudOf(inputs).setDefaultNetwork(uuid);
  if (subnet === undefined) throw new Error(`network ${inputs.name} has no address range`);
  return {
    ...inputs,
    cidr: subnet,
    isDefault,
    ...(previousDefaultUuid === undefined ? {} : { previousDefaultUuid }),
  };
}
