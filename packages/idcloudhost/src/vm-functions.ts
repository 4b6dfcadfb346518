import type { Clock } from "@autoscaler/service-kit/clock.ts";
import { type Absence, provenAbsent } from "./absence.ts";
import { nameProblem, refuse, sizeProblem, uuidProblem, vmProblems } from "./check-input.ts";
import type { Cloud } from "./cloud.ts";
import { CloudError, isCloudError, isNotFound, isUnknownOutcome } from "./errors.ts";
import { createLookUps, onlyOne } from "./lost-answers.ts";
import { type Looking, lookUntilSeen } from "./poll.ts";
import type { Vm } from "./types.ts";
import type { VmCalls } from "./vm-calls.ts";

export interface VmFunctionOptions {
  readonly calls: VmCalls;
  readonly clock: Clock;
  readonly billingAccountId: number | undefined;
  readonly absence: Absence;
  readonly lookUp: Looking;
}

/** How often a delete is sent while each look-up finds the VM still there. */
const DELETE_TRIES = 3;

export function createVmFunctions(options: VmFunctionOptions) {
  const { calls, clock, billingAccountId, absence, lookUp } = options;
  const { makeOrAdopt, sendAndRead } = createLookUps(clock, lookUp);

  async function findVmByName(name: string): Promise<Vm | undefined> {
    const rows = (await calls.list()).filter((row) => row.name === name);
    // The list lags and its rows may lack fields: each VM that it names is read by itself.
    const found = (await Promise.all(rows.map(({ uuid }) => getUnlessGone(uuid)))).filter(
      (vm) => vm !== undefined,
    );
    return onlyOne(found, "VMs", name);
  }

  async function getUnlessGone(uuid: string): Promise<Vm | undefined> {
    try {
      const vm = await calls.get(uuid);
      return isTombstone(vm) ? undefined : vm;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** Waits until an existing VM has settled; returns it as it is when that takes too long. */
  async function settled(vm: Vm): Promise<Vm> {
    if (isSettled(vm)) return vm;
    const seen = await lookUntilSeen(clock, lookUp, async () => {
      const now = await calls.get(vm.uuid);
      return isSettled(now) || isTombstone(now) ? now : undefined;
    });
    return seen ?? vm;
  }

  /** In the list, or readable without being a tombstone. */
  async function isThere(uuid: string): Promise<boolean> {
    const [rows, vm] = await Promise.all([calls.list(), getUnlessGone(uuid)]);
    return vm !== undefined || rows.some((row) => row.uuid === uuid && !isTombstone(row));
  }

  return {
    listVms: calls.list,

    async getVm(uuid) {
      refuse("get VM", [uuidProblem(uuid, "VM")]);
      return calls.get(uuid);
    },

    findVmByName,

    async createVm(input) {
      refuse("create VM", vmProblems(input));
      return makeOrAdopt(
        async () => {
          const vm = await findVmByName(input.name);
          return vm && settled(vm);
        },
        () => calls.create(input, billingAccountId),
      );
    },

    async cloneVm({ sourceUuid, name }) {
      refuse("clone VM", [uuidProblem(sourceUuid, "source"), nameProblem(name)]);
      return calls.clone(sourceUuid, name);
    },

    async startVm(uuid) {
      refuse("start VM", [uuidProblem(uuid, "VM")]);
      const vm = await calls.get(uuid);
      return vm.status === "running"
        ? vm
        : sendAndRead(
            () => calls.start(uuid),
            () => calls.get(uuid),
            ({ status }) => status === "running",
          );
    },

    async stopVm(uuid, { force = false } = {}) {
      refuse("stop VM", [uuidProblem(uuid, "VM")]);
      const vm = await calls.get(uuid);
      return vm.status === "stopped"
        ? vm
        : sendAndRead(
            () => calls.stop(uuid, force),
            () => calls.get(uuid),
            ({ status }) => status === "stopped",
          );
    },

    async renameOrResizeVm({ uuid, name, vcpu, memoryMib }) {
      refuse("change VM", [
        uuidProblem(uuid, "VM"),
        name !== undefined && nameProblem(name),
        sizeProblem(vcpu, "vcpu"),
        sizeProblem(memoryMib, "memoryMib"),
      ]);
      const vm = await calls.get(uuid);
      const wanted = { name: name ?? vm.name, vcpu: vcpu ?? vm.vcpu, memoryMib: memoryMib ?? vm.memoryMib };
      const resized = wanted.vcpu !== vm.vcpu || wanted.memoryMib !== vm.memoryMib;
      if (!resized && wanted.name === vm.name) return vm;
      const changes = {
        ...(wanted.name === vm.name ? {} : { name: wanted.name }),
        // Both or neither: the API refuses an unchanged pair (docs/api-facts.md#vm-update).
        ...(resized && wanted.vcpu !== undefined ? { vcpu: wanted.vcpu } : {}),
        ...(resized && wanted.memoryMib !== undefined ? { memoryMib: wanted.memoryMib } : {}),
      };
      return sendAndRead(
        () => calls.update(uuid, changes),
        () => calls.get(uuid),
        (now) => now.name === wanted.name && now.vcpu === wanted.vcpu && now.memoryMib === wanted.memoryMib,
      );
    },

    async deleteVm(uuid) {
      refuse("delete VM", [uuidProblem(uuid, "VM")]);
      for (let tries = 1; tries <= DELETE_TRIES; tries += 1) {
        const answered = await calls.delete(uuid).then(
          () => true,
          (error: unknown) => {
            if (isNotFound(error)) return true;
            if (isUnknownOutcome(error) || (isCloudError(error) && error.code === "CLOUD_LOCKED"))
              return false;
            throw error;
          },
        );
        // A uuid is never reused: a delete that was proven lost can be sent again.
        if (await provenAbsent(clock, absence, () => isThere(uuid), { stopWhenSeen: !answered })) return;
      }
      throw new CloudError(
        `VM ${uuid} is still there after ${DELETE_TRIES} deletes; look at it in the console`,
        {
          request: "delete VM",
          code: "CLOUD_STILL_THERE",
          outcome: "unknown",
        },
      );
    },
  } satisfies Partial<Cloud>;
}

function isSettled({ status }: Vm): boolean {
  return status === "running" || status === "stopped";
}

function isTombstone({ status }: Vm): boolean {
  return status.toLowerCase() === "deleted";
}
