import { type Cloud, isCloudError, isNotFound, type Vm } from "@autoscaler/idcloudhost";
import type { SeenVm } from "@autoscaler/scaling-core";
import type { CloneResult, CloudPort } from "../loop/ports.ts";

/** The cloud in the loop's words. */
export function createCloudPort({
  cloud,
  seedVmUuid,
}: {
  readonly cloud: Cloud;
  readonly seedVmUuid: string;
}): CloudPort {
  return {
    async listVms() {
      return (await cloud.listVms()).filter(isThere).map(seen);
    },
    async getVm(uuid) {
      try {
        const vm = await cloud.getVm(uuid);
        return isThere(vm) ? seen(vm) : undefined;
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
    async findVmByName(name) {
      const vm = await cloud.findVmByName(name);
      return vm !== undefined && isThere(vm) ? seen(vm) : undefined;
    },
    async cloneSeed(name) {
      try {
        return { kind: "created", vm: seen(await cloud.cloneVm({ sourceUuid: seedVmUuid, name })) };
      } catch (error) {
        return cloneFailure(error);
      }
    },
    async startVm(uuid) {
      await cloud.startVm(uuid);
    },
    deleteVm: (uuid) => cloud.deleteVm(uuid),
    async automaticIpsOf(vmUuid) {
      const ips = await cloud.publicIpsOfVm(vmUuid);
      return ips.filter(({ name }) => name === undefined).map(({ address, uuid }) => ({ address, uuid }));
    },
    async releaseIp({ address, uuid }) {
      await cloud.releaseIp(address, { uuid });
    },
  };
}

function cloneFailure(error: unknown): CloneResult {
  const why = error instanceof Error ? error.message : String(error);
  if (!isCloudError(error) || error.outcome === "unknown") return { kind: "unknown", why };
  return error.code === "CLOUD_LOCKED" ? { kind: "busy" } : { kind: "refused", why };
}

/** A deleted machine stays readable for a while. */
function isThere({ status }: Vm): boolean {
  return status.toLowerCase() !== "deleted";
}

function seen({ uuid, name, status, privateIpv4 }: Vm): SeenVm {
  return { uuid, name, status, ...(privateIpv4 === undefined ? {} : { privateIpv4 }) };
}
