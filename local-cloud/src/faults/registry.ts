import type { CallEffects, FaultKind, FaultTools, MachineFault, Numbers } from "./fault.ts";

/** Which fault, on which calls, how often. */
export interface FaultOrder {
  readonly kind: FaultKind;
  readonly numbers: Numbers;
  /** `operationId`; absent: those the kind names, or all. */
  readonly operation?: string;
  /** Only for calls with this text (a name, a uuid, an address) in their URL or parameters. */
  readonly resource?: string;
  /** How many times; absent: until it is removed. */
  readonly count?: number;
  /** How long; absent: until it is removed. */
  readonly forMs?: number;
}

export interface FaultView {
  readonly id: number;
  readonly kind: string;
  readonly appliedCount: number;
  readonly numbers: Numbers;
  readonly operation?: string;
  readonly resource?: string;
  readonly leftCount?: number;
  readonly endsAtMs?: number;
}

export interface AffectedCall {
  readonly operation: string;
  /** URL and parameters, decoded. */
  readonly text: string;
}

export interface Faults {
  add(order: FaultOrder): FaultView;
  /** Those that still apply. */
  list(): readonly FaultView[];
  /** False if there is none with this id. */
  remove(id: number): boolean;
  clear(): void;
  /** The faults that apply to this call; each counts it. */
  applyToCall(call: AffectedCall): readonly { readonly kind: string; readonly effects: CallEffects }[];
  applyToMachine(call: AffectedCall): readonly { readonly fault: MachineFault; readonly numbers: Numbers }[];
}

interface Armed {
  readonly id: number;
  readonly order: FaultOrder;
  readonly endsAtMs: number;
  readonly effects?: CallEffects;
  appliedCount: number;
}

export function createFaults(tools: FaultTools): Faults {
  const { clock } = tools;
  let armed: readonly Armed[] = [];
  let nextId = 1;

  const alive = () =>
    armed.filter(
      ({ order, endsAtMs, appliedCount }) =>
        clock.nowMs() < endsAtMs && appliedCount < (order.count ?? Number.POSITIVE_INFINITY),
    );

  function apply(at: FaultKind["at"], call: AffectedCall): readonly Armed[] {
    const affecting = alive().filter(({ order }) => order.kind.at === at && matches(order, call));
    for (const fault of affecting) fault.appliedCount += 1;
    return affecting;
  }

  return {
    add(order) {
      const { kind, numbers, forMs } = order;
      const fault: Armed = {
        id: nextId,
        order,
        endsAtMs: forMs === undefined ? Number.POSITIVE_INFINITY : clock.nowMs() + forMs,
        ...(kind.at === "call" ? { effects: kind.arm(numbers, tools) } : {}),
        appliedCount: 0,
      };
      nextId += 1;
      armed = [...alive(), fault];
      return view(fault);
    },
    list: () => alive().map(view),
    remove(id) {
      const before = armed.length;
      armed = armed.filter((fault) => fault.id !== id);
      return armed.length < before;
    },
    clear() {
      armed = [];
    },
    applyToCall: (call) =>
      apply("call", call).flatMap(({ order, effects }) =>
        effects === undefined ? [] : [{ kind: order.kind.kind, effects }],
      ),
    applyToMachine: (call) =>
      apply("machine", call).flatMap(({ order: { kind, numbers } }) =>
        kind.at === "machine" ? [{ fault: kind, numbers }] : [],
      ),
  };
}

function matches({ kind, operation, resource }: FaultOrder, call: AffectedCall): boolean {
  const operations = operation === undefined ? kind.operations : [operation];
  return (
    (operations === undefined || operations.includes(call.operation)) &&
    (resource === undefined || call.text.includes(resource))
  );
}

function view({ id, order, endsAtMs, appliedCount }: Armed): FaultView {
  const { kind, numbers, operation, resource, count } = order;
  return {
    id,
    kind: kind.kind,
    appliedCount,
    numbers,
    ...(operation === undefined ? {} : { operation }),
    ...(resource === undefined ? {} : { resource }),
    ...(count === undefined ? {} : { leftCount: count - appliedCount }),
    ...(Number.isFinite(endsAtMs) ? { endsAtMs } : {}),
  };
}
