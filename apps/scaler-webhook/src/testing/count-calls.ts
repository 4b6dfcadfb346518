import type { CloudPort } from "../loop/ports.ts";
import type { World } from "./fake-world.ts";

/** The world with a count of every call of its cloud, by the name of the port's method. */
export function countCalls(world: World): { readonly world: World; readonly counts: Map<string, number> } {
  const counts = new Map<string, number>();
  const cloud = new Proxy<CloudPort>(world.cloud, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== "function") return value;
      return (...all: readonly unknown[]) => {
        counts.set(String(name), (counts.get(String(name)) ?? 0) + 1);
        return Reflect.apply(value, target, all);
      };
    },
  });
  return { world: { ...world, ports: { ...world.ports, cloud } }, counts };
}
