import type { Clock } from "@autoscaler/service-kit/clock.ts";
import { type Api, ignoreBody } from "./api.ts";
import { refuse, uuidProblem } from "./check-input.ts";
import type { Cloud } from "./cloud.ts";
import { fieldsOf, number, present, requiredText, rowsOf, text } from "./decode.ts";
import { CloudError, isUnknownOutcome } from "./errors.ts";
import { type Looking, lookUntilSeen } from "./poll.ts";
import { parseCloudTime } from "./time.ts";
import type { Replica } from "./types.ts";

type ReplicaFunctions = Pick<Cloud, "listReplicas" | "createReplica" | "deleteReplica" | "rebuildVm">;

/** Snapshots of a VM's boot disk. They have no name, so a new one is known by what was there before. */
export function createReplicaFunctions(options: {
  readonly api: Api;
  readonly clock: Clock;
  readonly lookUp: Looking;
}): ReplicaFunctions {
  const { api, clock, lookUp } = options;
  const vm = api.scoped("user-resource/vm");
  const path = `${vm}/replica`;

  async function list(vmUuid: string): Promise<readonly Replica[]> {
    refuse("list replicas", [uuidProblem(vmUuid, "VM")]);
    return api.read(path, (body) => rowsOf(body, "the list of replicas", decodeReplica), { uuid: vmUuid });
  }

  return {
    listReplicas: list,

    async createReplica(vmUuid) {
      const before = new Set((await list(vmUuid)).map(({ uuid }) => uuid));
      const added = async () => (await list(vmUuid)).find(({ uuid }) => !before.has(uuid));
      try {
        await api.create({ method: "POST", path, form: { uuid: vmUuid } }, ignoreBody);
      } catch (error) {
        if (!isUnknownOutcome(error)) throw error;
        const adopted = await lookUntilSeen(clock, lookUp, added);
        if (adopted === undefined) throw error;
        return adopted;
      }
      const made = await lookUntilSeen(clock, lookUp, added);
      if (made !== undefined) return made;
      throw new CloudError(`the new replica of VM ${vmUuid} is not listed`, {
        request: "create replica",
        code: "CLOUD_BAD_ANSWER",
        outcome: "unknown",
      });
    },

    async deleteReplica(vmUuid, replicaUuid) {
      refuse("delete replica", [uuidProblem(vmUuid, "VM"), uuidProblem(replicaUuid, "replica")]);
      const isThere = async () => (await list(vmUuid)).some(({ uuid }) => uuid === replicaUuid);
      if (!(await isThere())) return;
      try {
        await api.change({ method: "DELETE", path, query: { replica_uuid: replicaUuid } }, ignoreBody);
      } catch (error) {
        if (!isUnknownOutcome(error) || (await isThere())) throw error;
      }
    },

    async rebuildVm(vmUuid, replicaUuid) {
      refuse("rebuild VM", [uuidProblem(vmUuid, "VM"), uuidProblem(replicaUuid, "replica")]);
      const form = { uuid: vmUuid, replica_uuid: replicaUuid };
      await api.create({ method: "POST", path: `${vm}/rebuild`, form }, ignoreBody);
    },
  };
}

function decodeReplica(row: unknown): Replica {
  const replica = fieldsOf(row, "the replica");
  const createdAt = text(replica, "created_at");
  return present<Replica>({
    uuid: requiredText(replica, "uuid"),
    sizeGb: number(replica, "size"),
    createdAtMs: createdAt === undefined ? undefined : parseCloudTime(createdAt),
  });
}
