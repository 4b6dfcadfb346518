import type { CallEffects, FaultKind, FaultTools, MachineFault, Numbers } from "./fault.ts";

/** What is to go wrong, where, and how often. */
export interface FaultOrder {
  readonly kind: FaultKind;
  readonly numbers: Numbers;
  /** `operationId`; absent: those the kind names, or all. */
  readonly operation?: string;
  /** Strikes only calls that have this text (a name, a uuid, an address) in their URL or parameters. */
  readonly resource?: string;
  /** How many times; absent: until it is removed. */
  readonly count?: number;
  /** How long; absent: until it is removed. */
  readonly forMs?: number;
}

export interface FaultView {
  readonly id: number;
  readonly kind: string;
  readonly struckCount: number;
  readonly numbers: Numbers;
  readonly operation?: string;
  readonly resource?: string;
  readonly leftCount?: number;
  readonly endsAtMs?: number;
}

export interface StruckCall {
  readonly operation: string;
  /** URL and parameters, decoded. */
  readonly text: string;
}

export interface Faults {
  add(order: FaultOrder): FaultView;
  /** Those that can still strike. */
  list(): readonly FaultView[];
  /** False if there is none with this id. */
  remove(id: number): boolean;
  clear(): void;
  /** The faults that strike this call, which counts for each of them. */
  strikeCall(call: StruckCall): readonly { readonly kind: string; readonly effects: CallEffects }[];
  strikeMachine(call: StruckCall): readonly { readonly fault: MachineFault; readonly numbers: Numbers }[];
}

interface Armed {
  readonly id: number;
  readonly order: FaultOrder;
  readonly endsAtMs: number;
  readonly effects?: CallEffects;
  struckCount: number;
}

export function createFaults(tools: FaultTools): Faults {
  const { clock } = tools;
  let armed: readonly Armed[] = [];
  let nextId = 1;

  const alive = () =>
    armed.filter(
      ({ order, endsAtMs, struckCount }) =>
        clock.nowMs() < endsAtMs && struckCount < (order.count ?? Number.POSITIVE_INFINITY),
    );

  function strike(at: FaultKind["at"], call: StruckCall): readonly Armed[] {
    const striking = alive().filter(({ order }) => order.kind.at === at && matches(order, call));
    for (const fault of striking) fault.struckCount += 1;
    return striking;
  }

  return {
    add(order) {
      const { kind, numbers, forMs } = order;
      const fault: Armed = {
        id: nextId,
        order,
        endsAtMs: forMs === undefined ? Number.POSITIVE_INFINITY : clock.nowMs() + forMs,
        ...(kind.at === "call" ? { effects: kind.arm(numbers, tools) } : {}),
        struckCount: 0,
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
    strikeCall: (call) =>
      strike("call", call).flatMap(({ order, effects }) =>
        effects === undefined ? [] : [{ kind: order.kind.kind, effects }],
      ),
    strikeMachine: (call) =>
      strike("machine", call).flatMap(({ order: { kind, numbers } }) =>
        kind.at === "machine" ? [{ fault: kind, numbers }] : [],
      ),
  };
}

function matches({ kind, operation, resource }: FaultOrder, call: StruckCall): boolean {
  const operations = operation === undefined ? kind.operations : [operation];
  return (
    (operations === undefined || operations.includes(call.operation)) &&
    (resource === undefined || call.text.includes(resource))
  );
}

function view({ id, order, endsAtMs, struckCount }: Armed): FaultView {
  const { kind, numbers, operation, resource, count } = order;
  return {
    id,
    kind: kind.kind,
    struckCount,
    numbers,
    ...(operation === undefined ? {} : { operation }),
    ...(resource === undefined ? {} : { resource }),
    ...(count === undefined ? {} : { leftCount: count - struckCount }),
    ...(Number.isFinite(endsAtMs) ? { endsAtMs } : {}),
  };
}
