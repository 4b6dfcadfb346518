import { omitUndefined } from "@autoscaler/service-kit/omit-undefined.ts";
import type { FloatingIp } from "../types.ts";
import { cloudOf, connect, type Located } from "./connection.ts";
import { checked, compared, isText, PartialFailure, type Provider } from "./provider-results.ts";
import { withoutTwins } from "./twins.ts";

export interface FloatingIpInputs extends Located {
  /** Unique in the account: an address that has it already is taken over. */
  readonly name: string;
  readonly vmUuid: string;
}

export interface FloatingIpOutputs extends FloatingIpInputs {
  readonly address: string;
}

export const provider: Provider<FloatingIpInputs, FloatingIpOutputs> = {
  configure: connect,

  async check(_olds, news) {
    return checked(news, { name: isText, vmUuid: isText });
  },

  async diff(_uuid, olds, news) {
    return compared(olds, news, { replacing: [], updating: ["location", "name", "vmUuid"] });
  },

  /** The id is the record's uuid, not the number: numbers are handed out again. */
  async create(inputs) {
    await theOne(inputs);
    let ip = await cloudOf(inputs).createFloatingIp({ name: inputs.name });
    try {
      ip = (await theOne(inputs, ip)) ?? ip;
      return { id: ip.uuid, outs: await assigned(ip, inputs) };
    } catch (error) {
      throw new PartialFailure(ip.uuid, { ...inputs, address: ip.address }, error);
    }
  },

  async read(uuid, props) {
    const ip = await find(uuid, props);
    if (ip === undefined) return {};
    const { address, name, assignedTo } = ip;
    return { id: uuid, props: { ...props, address, name: name ?? "", vmUuid: assignedTo ?? "" } };
  },

  async update(uuid, _olds, news) {
    const ip = await find(uuid, news);
    if (ip === undefined)
      throw new Error(`the public address ${news.name} is gone: run \`pulumi refresh\`, then up`);
    if (ip.name !== news.name) await cloudOf(news).renameFloatingIp(ip.address, news.name);
    return { outs: await assigned(ip, news) };
  },

  async delete(uuid, props) {
    const cloud = cloudOf(props);
    await cloud.releaseIp(props.address, { uuid });
    for (const twin of await named(props)) await cloud.releaseIp(twin.address, { uuid: twin.uuid });
  },
};

/** The one of the name that a VM has, else the first; the others are released. */
async function theOne(inputs: FloatingIpInputs, made?: FloatingIp): Promise<FloatingIp | undefined> {
  return withoutTwins(await named(inputs), made, {
    order: (a, b) => Number(isFree(a)) - Number(isFree(b)),
    remove: ({ address, uuid }) => cloudOf(inputs).releaseIp(address, { uuid }),
  });
}

function isFree({ assignedTo }: FloatingIp): boolean {
  return assignedTo === undefined;
}

async function named({ name, ...where }: FloatingIpInputs): Promise<readonly FloatingIp[]> {
  return (await cloudOf(where).listFloatingIps()).filter((ip) => ip.name === name);
}

async function find(uuid: string, where: Located): Promise<FloatingIp | undefined> {
  return (await cloudOf(where).listFloatingIps()).find((ip) => ip.uuid === uuid);
}

async function assigned(ip: FloatingIp, inputs: FloatingIpInputs): Promise<FloatingIpOutputs> {
  const cloud = cloudOf(inputs);
  if (ip.assignedTo !== inputs.vmUuid) {
    if (ip.assignedTo !== undefined) await cloud.unassignFloatingIp(ip.address);
    await cloud.assignFloatingIp(ip.address, inputs.vmUuid);
  }
  return omitUndefined({ ...inputs, address: ip.address });
}
