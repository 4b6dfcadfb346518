import { owns, type Tenant } from "../../state/accounts.ts";
import type { CloudContext } from "../../state/context.ts";
import { unknownVm } from "../../state/failures.ts";
import type { VmRecord } from "../../state/records.ts";
import { viewVm } from "./view.ts";

/** Longest delay until a machine that went down by itself is noticed. */
const STATUS_AGE_LIMIT_MS = 1_000;

export interface VmReads {
  get(tenant: Tenant, uuid: string): Promise<object>;
  list(tenant: Tenant): Promise<readonly object[]>;
}

export function createVmReads(ctx: CloudContext): VmReads {
  const { world, clock, driver, settings } = ctx;
  const checkedAtMs = new Map<string, number>();

  /** The record with the driver's view of the machine. A machine that a call holds is not looked at. */
  async function upToDate(vm: VmRecord): Promise<VmRecord> {
    const nowMs = clock.nowMs();
    const isFresh = nowMs - (checkedAtMs.get(vm.uuid) ?? Number.NEGATIVE_INFINITY) < STATUS_AGE_LIMIT_MS;
    if (vm.phase !== "ready" || vm.status !== "running" || isFresh) return vm;
    checkedAtMs.set(vm.uuid, nowMs);
    if (await driver.isRunning(vm.uuid)) return vm;
    const now = world.vms.get(vm.uuid);
    if (now !== vm) return now ?? vm; // changed meanwhile: the newer record counts
    const stopped: VmRecord = { ...vm, status: "stopped", updatedAtMs: clock.nowMs() };
    world.vms.set(vm.uuid, stopped);
    await world.save();
    return stopped;
  }

  function isListed(vm: VmRecord): boolean {
    const nowMs = clock.nowMs();
    if (vm.phase === "creating") return settings.listsUnfinishedVms;
    if (nowMs < vm.listedFromMs) return false;
    return vm.deletedAtMs === undefined || nowMs < vm.deletedAtMs + settings.listLagMs;
  }

  return {
    async get(tenant, uuid) {
      const vm = world.vms.get(uuid);
      const hidden = vm?.phase === "creating" && !settings.listsUnfinishedVms;
      if (vm === undefined || hidden || !owns(tenant, vm)) throw unknownVm(uuid, settings);
      if (vm.deletedAtMs !== undefined && clock.nowMs() >= vm.deletedAtMs + settings.tombstoneMs) {
        throw unknownVm(uuid, settings);
      }
      return viewVm(ctx, await upToDate(vm));
    },
    async list(tenant) {
      const listed = [...world.vms.values()].filter((vm) => owns(tenant, vm) && isListed(vm));
      const rows = await Promise.all(listed.map(upToDate));
      // A list that lags shows a deleted VM as it was.
      return rows.map((vm) => viewVm(ctx, vm.phase === "deleted" ? { ...vm, phase: "ready" } : vm));
    },
  };
}
