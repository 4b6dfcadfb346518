import type { CloudPort } from "../loop/ports.ts";
import type { World } from "./fake-world.ts";

export interface CallsPerMinute {
  /** Most calls about one server (or one address) in any minute. */
  readonly mostOfAServer: () => number;
  readonly mostLists: () => number;
  /** Minutes begin anew, as after a jump of the clock. */
  readonly beginMinute: () => void;
}

/** Counts the calls of the cloud from now on, by minutes of the fake clock. `fails` says which of them throw. */
export function callsPerMinute(
  { clock, cloud, ports }: World,
  fails: (call: keyof CloudPort) => boolean = () => false,
): CallsPerMinute {
  const ofMinute = new Map<string, number>();
  const names = new Map<string, string>();
  const count = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  let window = 0;
  let startMs = clock.nowMs();
  const counted = new Proxy(cloud, {
    get(target, key, receiver) {
      const value: unknown = Reflect.get(target, key, receiver);
      if (typeof value !== "function") return value;
      return async (...args: unknown[]) => {
        for (const { uuid, name } of cloud.vms.values()) names.set(uuid, name);
        const [what = "list"] = args;
        const about = typeof what === "string" ? (names.get(what) ?? what) : JSON.stringify(what);
        count(ofMinute, `${window} ${Math.floor((clock.nowMs() - startMs) / 60_000)} ${about}`);
        if (fails(key as keyof CloudPort)) throw new Error(`${String(key)} fails`);
        return Reflect.apply(value, target, args);
      };
    },
  });
  Object.assign(ports, { cloud: counted });
  const most = (isWanted: (key: string) => boolean) =>
    Math.max(0, ...[...ofMinute].filter(([key]) => isWanted(key)).map(([, calls]) => calls));
  return {
    mostOfAServer: () => most((key) => !key.endsWith(" list")),
    mostLists: () => most((key) => key.endsWith(" list")),
    beginMinute() {
      window += 1;
      startMs = clock.nowMs();
    },
  };
}
