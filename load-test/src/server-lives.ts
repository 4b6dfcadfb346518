import type { PoolObservation } from "./pool-watch.ts";
import type { ServerLife } from "./result.ts";

/** When each server was in which phase, in the order of first sight; a serving server is first `warming`. */
export function serverLives(
  observations: readonly PoolObservation[],
  startMs: number,
): readonly ServerLife[] {
  const lives = new Map<string, { readonly role: "seed" | "clone"; readonly phases: Phase[] }>();
  for (const { atMs, servers } of observations) {
    const second = Math.max(0, (atMs - startMs) / 1000);
    for (const server of servers) {
      const life = lives.get(server.name) ?? { role: server.role, phases: [] };
      lives.set(server.name, life);
      extend(life.phases, server.phase === "serving" && !server.warm ? "warming" : server.phase, second);
    }
  }
  return [...lives].map(([name, { role, phases }]) => ({
    name,
    role,
    phases: phases.map(({ phase, fromSecond, toSecond }) => ({
      phase,
      fromSecond: Math.round(fromSecond * 10) / 10,
      toSecond: Math.round(toSecond * 10) / 10,
    })),
  }));
}

interface Phase {
  readonly phase: string;
  readonly fromSecond: number;
  toSecond: number;
}

function extend(phases: Phase[], phase: string, second: number): void {
  const last = phases.at(-1);
  if (last !== undefined) last.toSecond = second;
  if (last?.phase !== phase) phases.push({ phase, fromSecond: second, toSecond: second });
}
