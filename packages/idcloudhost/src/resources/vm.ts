import { omitUndefined } from "@autoscaler/service-kit/omit-undefined.ts";
import type { Cloud } from "../cloud.ts";
import { isNotFound } from "../errors.ts";
import type { FloatingIp, Vm } from "../types.ts";
import { cloudOf, connect, type Located } from "./connection.ts";
import {
  checked,
  compared,
  isKnown,
  isSize,
  isText,
  isVmName,
  PartialFailure,
  type Provider,
} from "./provider-results.ts";
import { removeVm, vmsNamed } from "./remove-vm.ts";
import { withoutTwins } from "./twins.ts";

export interface VmInputs extends Located {
  /** Unique in the account: a VM that has it already is taken over. */
  readonly name: string;
  readonly osName: string;
  readonly osVersion: string;
  readonly vcpu: number;
  readonly memoryMib: number;
  readonly diskGb: number;
  readonly networkUuid: string;
  /** User data. Used only when the VM is created: a changed text does not affect it. */
  readonly cloudInit: string;
  /** Whether it comes with a public address of its own. Used only when the VM is created. */
  readonly reservePublicIp: boolean;
}

export interface VmOutputs extends VmInputs {
  readonly privateIpv4: string;
}

/** How long a VM may take from its create to a private address, and its automatic public address to be listed. */
const ADDRESS_PATIENCE_MS = 120_000;
const ADDRESS_INTERVAL_MS = 1_000;
/** A delete right after a create may run before the automatic address is listed, which would leak it. */
const AUTOMATIC_IP_PATIENCE_MS = 10_000;

export const provider: Provider<VmInputs, VmOutputs> = {
  configure: connect,

  async check(_olds, news) {
    return checked(news, {
      name: isVmName,
      osName: isText,
      osVersion: isText,
      vcpu: isSize,
      memoryMib: isSize,
      diskGb: isSize,
      networkUuid: isText,
      cloudInit: isText,
    });
  },

  /**
   * A network that is not known yet replaces nothing: so Pulumi asks when a replacement of the network is forced, and
   * would delete all VMs before the network refuses. One that is really another does.
   */
  async diff(_uuid, olds, news) {
    const isElsewhere = isKnown(news.networkUuid);
    return compared(olds, news, {
      replacing: [
        "name",
        "osName",
        "osVersion",
        "diskGb",
        ...(isElsewhere ? (["networkUuid"] as const) : []),
      ],
      updating: ["location", "vcpu", "memoryMib", ...(isElsewhere ? [] : (["networkUuid"] as const))],
    });
  },

  async create(inputs) {
    const cloud = cloudOf(inputs);
    await theOne(cloud, inputs.name);
    const made = await cloud.createVm(inputs);
    let { uuid } = made;
    try {
      uuid = (await theOne(cloud, inputs.name, made))?.uuid ?? uuid;
      return { id: uuid, outs: await outputs(cloud, uuid, inputs) };
    } catch (error) {
      throw new PartialFailure(uuid, { ...inputs }, error);
    }
  },

  async read(uuid, props) {
    try {
      const vm = await cloudOf(props).getVm(uuid);
      if (vm.status.toLowerCase() === "deleted") return {};
      const { name, vcpu, memoryMib, privateIpv4 } = vm;
      return {
        id: uuid,
        props: { ...props, ...omitUndefined({ name, vcpu, memoryMib, privateIpv4 }) } as VmOutputs,
      };
    } catch (error) {
      if (isNotFound(error)) return {};
      throw error;
    }
  },

  /** Resizes, for which the VM has to stop, and finishes what an interrupted create left. */
  async update(uuid, olds, news) {
    const cloud = cloudOf(olds);
    try {
      if (olds.vcpu !== news.vcpu || olds.memoryMib !== news.memoryMib) {
        await cloud.stopVm(uuid);
        await cloud.renameOrResizeVm({ uuid, vcpu: news.vcpu, memoryMib: news.memoryMib });
      }
      return { outs: await outputs(cloud, uuid, news) };
    } catch (error) {
      throw new PartialFailure(uuid, { ...olds }, error);
    }
  },

  /** Its automatic address goes first: once the VM is gone nothing ties the address to it, and it stays billed. */
  async delete(uuid, props) {
    const cloud = cloudOf(props);
    if ((await provider.read(uuid, props)).id !== undefined) {
      // Only a young VM may have an address that is not listed yet; one whose address was released never has.
      const { createdAtMs = Date.now() } = await cloud.getVm(uuid);
      const isYoung = props.reservePublicIp && Date.now() - createdAtMs < AUTOMATIC_IP_PATIENCE_MS;
      await cloud.releaseAutomaticIpsOfVm(uuid, { waitForOneMs: isYoung ? AUTOMATIC_IP_PATIENCE_MS : 0 });
      await cloud.deleteVm(uuid);
    }
    for (const twin of await vmsNamed(cloud, (name) => name === props.name))
      await removeVm(cloud, twin, isAutomatic);
  },
};

/** The oldest of the name, the others removed with the addresses that came with them. */
async function theOne(cloud: Cloud, name: string, made?: Vm): Promise<Vm | undefined> {
  return withoutTwins(await vmsNamed(cloud, (each) => each === name), made, {
    order: (a, b) => (a.createdAtMs ?? Infinity) - (b.createdAtMs ?? Infinity),
    remove: (twin) => removeVm(cloud, twin, isAutomatic),
  });
}

/** It came with the VM; one with a name is a resource of its own. */
function isAutomatic({ name }: FloatingIp): boolean {
  return name === undefined;
}

/** Starts the VM if it does not run and waits for its private address. */
async function outputs(cloud: Cloud, uuid: string, inputs: VmInputs): Promise<VmOutputs> {
  const vm = await runningWithAddress(cloud, uuid);
  if (vm.privateIpv4 === undefined) throw new Error(`VM ${inputs.name} runs but got no private address`);
  return omitUndefined({ ...inputs, privateIpv4: vm.privateIpv4 });
}

async function runningWithAddress(cloud: Cloud, uuid: string): Promise<Vm> {
  const endMs = Date.now() + ADDRESS_PATIENCE_MS;
  let vm = await cloud.startVm(uuid);
  while (vm.privateIpv4 === undefined && Date.now() < endMs) {
    await new Promise((resolve) => setTimeout(resolve, ADDRESS_INTERVAL_MS));
    vm = await cloud.getVm(uuid);
  }
  return vm;
}
