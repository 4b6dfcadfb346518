import type { Ports } from "../loop/ports.ts";

/** Every call that changes the world or the journal. */
const EFFECTS: Readonly<Record<string, readonly string[]>> = {
  cloud: ["cloneSeed", "startVm", "deleteVm", "releaseIp"],
  loadBalancer: ["publish"],
  targets: ["write"],
  journal: ["saveServer", "remember", "generationFor", "addChange", "addDecision"],
};

export interface CrashPoint {
  /** Counted over all effects, from 1. */
  readonly at: number;
  readonly when: "before" | "after";
}

export interface CrashingPorts {
  readonly ports: Ports;
  readonly effects: string[];
  isCrashed(): boolean;
}

/**
 * Ports that go dead around the `at`-th effect: as in a killed process, no later call reaches the world and
 * none ever answers. A synchronous call after the crash throws, which ends whatever made it.
 */
export function crashingPorts(ports: Ports, point?: CrashPoint): CrashingPorts {
  const effects: string[] = [];
  let isCrashed = false;
  const never = () => new Promise<never>(() => undefined);

  const wrap = <T extends object>(portName: string, port: T): T =>
    new Proxy(port, {
      get(target, key, receiver) {
        const value: unknown = Reflect.get(target, key, receiver);
        if (typeof value !== "function") return value;
        const isSync = portName === "journal";
        const dead = () => {
          if (isSync) throw new Error("killed");
          return never();
        };
        return (...args: unknown[]) => {
          if (isCrashed) return dead();
          if (!(EFFECTS[portName] ?? []).includes(String(key))) return Reflect.apply(value, target, args);
          effects.push(`${portName}.${String(key)}`);
          if (effects.length !== point?.at) return Reflect.apply(value, target, args);
          isCrashed = true;
          if (point.when === "before") return dead();
          const result: unknown = Reflect.apply(value, target, args);
          if (isSync) throw new Error("killed");
          void Promise.resolve(result);
          return never();
        };
      },
    });

  return {
    effects,
    isCrashed: () => isCrashed,
    ports: {
      ...ports,
      clock: wrap("clock", { ...ports.clock, nowMs: ports.clock.nowMs }),
      cloud: wrap("cloud", ports.cloud),
      loads: wrap("loads", ports.loads),
      loadBalancer: wrap("loadBalancer", ports.loadBalancer),
      probe: wrap("probe", ports.probe),
      targets: wrap("targets", ports.targets),
      journal: wrap("journal", ports.journal),
    },
  };
}
