import { lowestWith } from "./clamps.ts";
import type { Decision, MayNotLeave } from "./decision.ts";
import { isOwnClone, type NamedVm, type Ownership } from "./ownership.ts";
import type { Server, ServerRecord } from "./server-record.ts";
import { isIncomplete, signalsOf } from "./signals.ts";

/** Numbered as in docs/design.md#invariants. */
export interface Violation {
  readonly invariant: number;
  readonly text: string;
}

/** 1: only servers that the pool owns are ever deleted. */
export function onlyOwnDeleted(vm: NamedVm, ownership: Ownership): readonly Violation[] {
  return isOwnClone(vm, ownership)
    ? []
    : [violation(1, `${vm.name} is not a clone of the pool ${ownership.namePrefix}`)];
}

/** 2: no clone is sent for that takes the pool above its maximum, machines that are still leaving included. */
export function createsWithinMaximum(
  occupyingCount: number,
  createCount: number,
  maxSize: number,
): readonly Violation[] {
  const size = 1 + occupyingCount + createCount;
  return createCount === 0 || size <= maxSize
    ? []
    : [violation(2, `would create the machine number ${size}, the maximum is ${maxSize}`)];
}

/** 2: above the maximum, for example a lowered one, no clone stays that may leave. */
export function sizeWithinMaximum(
  stayingCount: number,
  maxSize: number,
  mayNotLeave: MayNotLeave | undefined,
): readonly Violation[] {
  const size = 1 + stayingCount;
  const lowest = lowestWith(maxSize, mayNotLeave);
  return size <= lowest
    ? []
    : [violation(2, `the pool keeps ${size} servers, its maximum is ${maxSize} and ${lowest} would do`)];
}

/** 9: the load of now fits on what is left when servers are taken out of service; a lowered maximum excepted. */
export function loadFitsOnWhatIsLeft(
  { fromSize, input }: Decision,
  carrying: readonly Server[],
  removed: readonly Server[],
): readonly Violation[] {
  const leftCount = 1 + carrying.filter((server) => !removed.includes(server)).length;
  if (leftCount === 1 + carrying.length || fromSize > input.policy.maxSize) return [];
  return signalsOf(input)
    .filter(({ total, target }) => total > leftCount * target + 1e-6)
    .map(({ name }) =>
      violation(9, `the present load (${name}) does not fit on the ${leftCount} that are left`),
    );
}

/** 3: the load balancer is never told an empty list, and the seed is always in it. */
export function seedAlwaysServed(backends: readonly string[], seedUrl: string): readonly Violation[] {
  return backends.includes(seedUrl) ? [] : [violation(3, "the seed is not among the backends")];
}

/** 4, first half: every backend but the seed is a clone that was ready when it was published. */
export function onlyReadyServed(
  backends: readonly string[],
  seedUrl: string,
  readyUrls: ReadonlySet<string>,
): readonly Violation[] {
  return backends
    .filter((url) => url !== seedUrl && !readyUrls.has(url))
    .map((url) => violation(4, `${url} is a backend, and no ready clone has that address`));
}

/** 4, second half: what the load balancer was told of is deleted only after it was acknowledged to be out. */
export function deletedOnlyWhenOut({
  name,
  phase,
  publishedAtMs,
  outAcknowledgedAtMs,
}: ServerRecord): readonly Violation[] {
  const isOut = publishedAtMs === undefined || outAcknowledgedAtMs !== undefined;
  return isOut || (phase !== "deleting" && phase !== "gone")
    ? []
    : [violation(4, `${name} is being deleted, and the load balancer did not acknowledge that it is out`)];
}

/** 2 and 5: a decision stays within the limits, and never shrinks without a complete reading. */
export function decisionIsSound({ fromSize, toSize, input }: Decision): readonly Violation[] {
  const { policy, paused } = input;
  const signals = signalsOf(input);
  const lackingCount = policy.minSize - fromSize;
  const isHeld = paused.up || policy.dryRun || (input.createsLeft ?? lackingCount) < lackingCount;
  return [
    ...(toSize > policy.maxSize && toSize > fromSize
      ? [violation(2, `grows to ${toSize}, above the maximum`)]
      : []),
    ...(toSize < policy.minSize && toSize < fromSize
      ? [violation(2, `shrinks to ${toSize}, below the minimum`)]
      : []),
    ...(fromSize < policy.minSize && !isHeld && toSize < policy.minSize
      ? [violation(2, `stays at ${toSize}, below the minimum`)]
      : []),
    ...(toSize < fromSize && signals.some(isIncomplete) && fromSize <= policy.maxSize
      ? [violation(5, "shrinks without a complete reading")]
      : []),
    ...(toSize < fromSize &&
    fromSize <= policy.maxSize &&
    signals.some(({ total, target }) => total > toSize * target + 1e-6)
      ? [violation(5, "shrinks below what the present load needs")]
      : []),
  ];
}

export interface RestingState {
  readonly cloudNames: readonly string[];
  readonly journal: readonly ServerRecord[];
  readonly backends: readonly string[];
  readonly targets: readonly string[];
  /** Clones and seed by the address that the load balancer and Prometheus use. */
  readonly backendOf: (record: ServerRecord) => string;
  readonly targetOf: (record: ServerRecord) => string;
  readonly seedBackend: string;
  readonly seedTarget: string;
}

/** 7: at rest, cloud = journal = load balancer = Prometheus targets. */
export function sameEverywhere(state: RestingState): readonly Violation[] {
  const live = state.journal.filter(({ phase }) => phase !== "gone");
  return [
    ...difference(
      "the cloud",
      state.cloudNames,
      live.map(({ name }) => name),
    ),
    ...difference("the load balancer", state.backends, [state.seedBackend, ...live.map(state.backendOf)]),
    ...difference("Prometheus", state.targets, [state.seedTarget, ...live.map(state.targetOf)]),
  ];
}

function difference(
  place: string,
  found: readonly string[],
  expected: readonly string[],
): readonly Violation[] {
  const extra = found.filter((item) => !expected.includes(item));
  const lacking = expected.filter((item) => !found.includes(item));
  return [
    ...extra.map((item) => violation(7, `${place} has ${item}, the journal does not`)),
    ...lacking.map((item) => violation(7, `${place} lacks ${item}, the journal has it`)),
  ];
}

function violation(invariant: number, text: string): Violation {
  return { invariant, text };
}
