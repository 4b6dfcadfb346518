import type { Clock } from "@autoscaler/service-kit";
import { type ServedBackends, type Traefik, TraefikUnreachable } from "./traefik.ts";
import type { WantedBackends } from "./wanted-backends.ts";

export interface AcknowledgementPorts {
  readonly clock: Clock;
  readonly traefik: Traefik;
}

export type Acknowledgement =
  | { readonly kind: "served"; readonly afterMs: number }
  | { readonly kind: "timed-out"; readonly reachable: boolean };

/** Pause between two looks at Traefik; a reload takes about 10 ms, or 200 ms right after another one. */
const POLL_INTERVAL_MS = 20;

/** Looks until Traefik serves exactly `wanted`. `afterMs` counts from this call. */
export async function waitUntilServed(
  wanted: WantedBackends,
  timeoutMs: number,
  { clock, traefik }: AcknowledgementPorts,
): Promise<Acknowledgement> {
  const startMs = clock.nowMs();
  let reachable = false;
  for (;;) {
    const served = await look(traefik);
    reachable = served !== undefined;
    if (served !== undefined && isServed(wanted, served)) {
      // Traefik hands the new routers to its entry points one after the other; the API's may be the first.
      await clock.sleep(POLL_INTERVAL_MS);
      return { kind: "served", afterMs: clock.nowMs() - startMs };
    }
    if (clock.nowMs() - startMs >= timeoutMs) return { kind: "timed-out", reachable };
    await clock.sleep(POLL_INTERVAL_MS);
  }
}

export function isServed(wanted: WantedBackends, served: ServedBackends): boolean {
  return (
    served.generation === wanted.generation &&
    wanted.pools.every(({ pool, backends }) => {
      const servers = served.pools.get(pool)?.servers ?? [];
      return servers.length === backends.length && backends.every((url) => servers.includes(url));
    })
  );
}

async function look(traefik: Traefik): Promise<ServedBackends | undefined> {
  try {
    return await traefik.readServed();
  } catch (error) {
    if (error instanceof TraefikUnreachable) return undefined; // it may be restarting
    throw error;
  }
}
