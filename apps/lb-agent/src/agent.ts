import type { BackendsAcknowledgement, BackendsStatus, BackendsUpdate } from "@autoscaler/contracts";
import { type Clock, HttpError, type Logger } from "@autoscaler/service-kit";
import { waitUntilServed } from "./acknowledgement.ts";
import { type AllowedBackends, backendProblems } from "./allowed-backends.ts";
import { backendsStatus } from "./backends-status.ts";
import { type ConnectionCounts, ConnectionsUnreadable } from "./connections.ts";
import type { Metrics } from "./metrics.ts";
import type { StateFile } from "./state-file.ts";
import { type Traefik, TraefikUnreachable } from "./traefik.ts";
import { classifyUpdate, type WantedBackends, wantedFrom } from "./wanted-backends.ts";

export interface AgentPorts {
  readonly clock: Clock;
  readonly log: Pick<Logger, "info" | "warn" | "error">;
  readonly state: StateFile;
  readonly traefik: Traefik;
  readonly metrics: Metrics;
  /** Puts Traefik's dynamic file in place of the old one. */
  readonly writeDynamicFile: (wanted: WantedBackends) => Promise<void>;
  readonly readConnections: () => Promise<ConnectionCounts>;
}

export interface AgentOptions {
  readonly allowed: AllowedBackends;
  readonly acknowledgeTimeoutMs: number;
  /** Served while nobody has said anything. */
  readonly first: WantedBackends;
}

export interface Agent {
  /** @throws {HttpError} 400, 409, or 504 when it is wanted and written but not served in time. */
  update(update: BackendsUpdate): Promise<BackendsAcknowledgement>;
  /** @throws {HttpError} 503 while Traefik does not say what it serves, or the kernel what is open. */
  status(): Promise<BackendsStatus>;
}

/** Takes up what was wanted before the restart and writes it again, so that file and state agree from the start. */
export async function startAgent(options: AgentOptions, ports: AgentPorts): Promise<Agent> {
  const { log, metrics } = ports;
  let wanted = (await ports.state.load()) ?? options.first;
  if (wanted.pools.length > 0) await ports.writeDynamicFile(wanted);
  metrics.wantedGeneration.set(wanted.generation);
  log.info({ event: "backends.loaded", generation: wanted.generation }, "wanted backends are known");
  let last: Promise<unknown> = Promise.resolve();

  /** State first: after a crash in between, the next start writes the file that was still missing. */
  const apply = async (update: WantedBackends): Promise<BackendsAcknowledgement> => {
    refuseWrongGeneration(wanted, update);
    await ports.state.save(update);
    wanted = update;
    metrics.wantedGeneration.set(update.generation);
    await ports.writeDynamicFile(update);
    const result = await waitUntilServed(update, options.acknowledgeTimeoutMs, ports);
    if (result.kind === "timed-out") {
      throw new HttpError(
        504,
        "NOT_ACKNOWLEDGED",
        notAcknowledged(result.reachable, options.acknowledgeTimeoutMs),
      );
    }
    metrics.servedGeneration.set(update.generation);
    metrics.acknowledgeSeconds.observe(result.afterMs / 1000);
    log.info(
      { event: "backends.served", generation: update.generation, afterMs: result.afterMs },
      "Traefik serves it",
    );
    return { generation: update.generation, acknowledgedAfterMs: result.afterMs };
  };

  return {
    async update(update) {
      const problems = backendProblems(update, options.allowed);
      if (problems.length > 0) throw new HttpError(400, "BACKENDS_REFUSED", problems.slice(0, 10).join("; "));
      const turn = last.then(() => apply(wantedFrom(update)));
      last = turn.catch(() => undefined);
      return turn;
    },
    async status() {
      try {
        const [served, connections] = await Promise.all([
          ports.traefik.readServed(),
          ports.readConnections(),
        ]);
        return backendsStatus({ wanted, served, connections, allowed: options.allowed });
      } catch (error) {
        if (error instanceof TraefikUnreachable)
          throw new HttpError(503, error.code, `${error.message}: is it running?`);
        if (error instanceof ConnectionsUnreadable) throw new HttpError(503, error.code, error.message);
        throw error;
      }
    },
  };
}

function refuseWrongGeneration(wanted: WantedBackends, update: WantedBackends): void {
  const kind = classifyUpdate(wanted, update);
  if (kind === "older") {
    const message = `generation ${update.generation} is older than ${wanted.generation}, which is wanted now`;
    throw new HttpError(409, "GENERATION_OLD", message);
  }
  if (kind === "conflict") {
    const message = `generation ${update.generation} is known with other backends: send a higher one`;
    throw new HttpError(409, "GENERATION_CONFLICT", message);
  }
}

function notAcknowledged(reachable: boolean, timeoutMs: number): string {
  const why = reachable ? "Traefik did not take it up" : "Traefik's API does not answer";
  return `${why} within ${timeoutMs} ms; it stays wanted, send it again to wait for it`;
}
