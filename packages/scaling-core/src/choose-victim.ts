import type { MayNotLeave } from "./decision.ts";
import { isOwnClone, type Ownership } from "./ownership.ts";
import { isUnhealthy, type LifecycleLimits } from "./server-lifecycle.ts";
import type { Server, ServerRecord } from "./server-record.ts";

const LEAVABLE = new Set(["planned", "booting", "probing", "serving", "draining"]);

export interface VictimContext {
  readonly nowMs: number;
  readonly ownership: Ownership;
  readonly limits: LifecycleLimits;
  /** The seed's present release, when it is known. */
  readonly release?: string | undefined;
}

/**
 * The clones to do without: unhealthy ones, then those that never served, then those that already leave,
 * then those of an outdated release, then the newest. Never the seed, a machine that Pulumi made, one that an
 * operator protects, or one that is not ours; nor one whose create is in flight, because there is no machine
 * yet that could be removed.
 */
export function chooseVictims(
  servers: readonly Server[],
  count: number,
  context: VictimContext,
): readonly Server[] {
  return servers
    .filter(({ record }) => LEAVABLE.has(record.phase) && !isProtected(record, context))
    .map((server) => ({ server, rank: rankOf(server, context) }))
    .sort((a, b) => a.rank - b.rank || newestFirst(a.server, b.server))
    .slice(0, Math.max(0, count))
    .map(({ server }) => server);
}

/** Of the clones that count to the size, those that are no victims now. */
export function countThoseThatMayNotLeave(
  staying: readonly Server[],
  context: Pick<VictimContext, "nowMs" | "ownership">,
): MayNotLeave {
  const isMade = ({ record }: Server) => record.phase !== "creating";
  return {
    protectedCount: staying.filter((server) => isMade(server) && isProtected(server.record, context)).length,
    creatingCount: staying.filter((server) => !isMade(server)).length,
  };
}

function isProtected(
  { name, vmUuid = "", protectedUntilMs = 0 }: ServerRecord,
  { nowMs, ownership }: Pick<VictimContext, "nowMs" | "ownership">,
): boolean {
  return nowMs < protectedUntilMs || !isOwnClone({ uuid: vmUuid, name }, ownership);
}

function rankOf(server: Server, { limits, nowMs, release }: VictimContext): number {
  if (isUnhealthy(server, nowMs, limits)) return 0;
  if (server.record.phase === "planned") return 1; // costs nothing to give up
  if (server.record.inServiceSinceMs === undefined) return 2;
  if (server.record.phase === "draining") return 3;
  const { release: own } = server.record;
  const isOutdated = release !== undefined && own !== undefined && own !== release;
  return isOutdated ? 4 : 5;
}

function newestFirst(a: Server, b: Server): number {
  const sentMs = ({ record }: Server) => record.cloneSentAtMs ?? record.phaseSinceMs;
  return sentMs(b) - sentMs(a) || (a.record.name < b.record.name ? 1 : -1);
}
