import { chooseVictims, type VictimContext } from "./choose-victim.ts";
import { canServeAgain } from "./server-lifecycle.ts";
import type { Server, ServerPhase, ServerRecord } from "./server-record.ts";

export interface PlanInput extends VictimContext {
  readonly servers: readonly Server[];
  /** The seed counted. */
  readonly desiredSize: number;
  readonly maxSize: number;
  readonly paused: { readonly up: boolean; readonly down: boolean };
  /** Clones that may still be sent for today. */
  readonly createsLeft: number;
}

export interface Plan {
  /** Draining servers that serve again; always before a create. */
  readonly undrain: readonly Server[];
  readonly createCount: number;
  readonly remove: readonly Server[];
}

const STAYING = new Set<ServerPhase>(["planned", "creating", "booting", "probing", "serving"]);

/** The clone counts to the size that was decided: it serves or is on its way. */
export function isStaying({ phase }: ServerRecord): boolean {
  return STAYING.has(phase);
}

/** There is, or may be, a machine of it in the cloud, or there soon will be. */
export function isOccupying({ phase }: ServerRecord): boolean {
  return phase !== "gone";
}

/** What brings the pool to the decided size. Machines that are being deleted still count to the maximum. */
export function planChanges(input: PlanInput): Plan {
  const { servers, desiredSize, maxSize, paused, limits, createsLeft } = input;
  const wantedClones = desiredSize - 1;
  const staying = servers.filter(({ record }) => isStaying(record));
  const returnable = paused.up ? [] : servers.filter((server) => canServeAgain(server, limits));
  const candidates = [...staying, ...returnable];

  const victims = chooseVictims(candidates, candidates.length - wantedClones, input);
  const undrain = returnable.filter((server) => !victims.includes(server));
  const remove = paused.down ? [] : victims.filter(({ record }) => record.phase !== "draining");

  const missingCount = wantedClones - staying.length - undrain.length;
  const roomCount = maxSize - 1 - servers.filter(({ record }) => isOccupying(record)).length;
  const createCount = paused.up ? 0 : Math.max(0, Math.min(missingCount, roomCount, createsLeft));
  return { undrain, createCount, remove };
}
