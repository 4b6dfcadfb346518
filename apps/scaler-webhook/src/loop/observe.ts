import type { LoadReading, SeenVm } from "@autoscaler/scaling-core";
import { isRecent, paceMs } from "./pace.ts";
import type { Pool } from "./pool.ts";
import type { FailedCall, LoadBalancerStatus, SignalReadings } from "./ports.ts";

/** What one tick saw. Absent parts could not be read; nothing is concluded from them. */
export interface Observation {
  readonly cloud: CloudReading | undefined;
  readonly loads: ReadonlyMap<string, LoadReading> | undefined;
  readonly signals: SignalReadings;
  readonly loadBalancer: { readonly status: LoadBalancerStatus; readonly askedAtMs: number } | undefined;
  /** By name, the seed included. */
  readonly isHealthy: ReadonlyMap<string, boolean>;
}

export interface CloudReading {
  readonly askedAtMs: number;
  readonly vms: readonly SeenVm[];
}

export type Observe = (pool: Pool) => Promise<Observation>;

export function createObserver(): Observe {
  let inFlight: Promise<void> | undefined;
  let finished: CloudReading | undefined;
  let lastAskedAtMs = Number.NEGATIVE_INFINITY;

  const readCloud = async (pool: Pool): Promise<CloudReading | undefined> => {
    const { clock, cloud } = pool.ports;
    if (inFlight === undefined && isRecent(lastAskedAtMs, clock.nowMs(), paceMs.betweenLists))
      return undefined;
    inFlight ??= (async () => {
      const askedAtMs = clock.nowMs();
      lastAskedAtMs = askedAtMs;
      const vms = await attempt(pool, "listVms", () => cloud.listVms());
      finished = vms === undefined ? undefined : { askedAtMs, vms };
      inFlight = undefined;
    })();
    const impatience = new AbortController();
    await Promise.race([
      inFlight,
      clock.sleep(paceMs.listPatience, impatience.signal).catch(() => undefined),
    ]);
    impatience.abort();
    const reading = finished;
    finished = undefined; // one list is one reading: absence is counted in readings
    return reading;
  };

  return async (pool) => {
    const { loads, loadBalancer, clock } = pool.ports;
    const askedAtMs = clock.nowMs();
    const [cloudReading, loadReadings, signals, status, isHealthy] = await Promise.all([
      readCloud(pool),
      attempt(pool, "readLoads", () => loads.read()),
      loads.readSignals(),
      attempt(pool, "loadBalancerStatus", () => loadBalancer.status()),
      probeAll(pool),
    ]);
    return {
      cloud: cloudReading,
      loads: loadReadings,
      signals,
      loadBalancer: status === undefined ? undefined : { status, askedAtMs },
      isHealthy,
    };
  };
}

/** One probe a tick for whatever may get traffic; servers on their way in are probed by their own lane. */
async function probeAll({ config, clones, lanes, ports }: Pool): Promise<ReadonlyMap<string, boolean>> {
  const inService = clones.live().flatMap(({ record: { name, phase, privateIpv4 } }) => {
    const isProbed =
      phase === "serving" || phase === "draining" || (phase === "probing" && !lanes.isBusy(`probe:${name}`));
    return isProbed && privateIpv4 !== undefined ? [{ name, privateIpv4 }] : [];
  });
  const probed = [config.seed, ...inService].map(
    async ({ name, privateIpv4 }) => [name, await ports.probe.isHealthy(privateIpv4)] as const,
  );
  return new Map(await Promise.all(probed));
}

async function attempt<T>(
  { failures }: Pool,
  call: FailedCall,
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    const answer = await read();
    failures.worked(call);
    return answer;
  } catch (error) {
    failures.failed(call, error);
    return undefined;
  }
}
