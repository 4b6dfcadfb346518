import {
  BackendsAcknowledgement,
  BackendsStatus,
  type BackendsUpdate,
  ErrorBody,
} from "@autoscaler/contracts";
import { requestJson } from "@autoscaler/service-kit";
import { Value } from "typebox/value";
import type { LoadBalancerPort, PublishResult } from "../loop/ports.ts";

export function createLoadBalancerPort(options: {
  readonly url: string;
  readonly token: string;
  readonly pool: string;
  readonly statusTimeoutMs?: number;
  /** Longer than the agent's own wait for Traefik. */
  readonly publishTimeoutMs?: number;
}): LoadBalancerPort {
  const { url, token, pool, statusTimeoutMs = 3_000, publishTimeoutMs = 10_000 } = options;
  return {
    async status() {
      const { status, body } = await requestJson(`${url}/v1/backends`, { token, timeoutMs: statusTimeoutMs });
      if (status !== 200 || !Value.Check(BackendsStatus, body)) {
        throw new Error(`lb-agent answered ${status}${codeOf(body)} without its status`);
      }
      const { wantedGeneration, servedGeneration, pools } = body;
      // What leaves is listed under the agent's first pool, whichever that is.
      const backends = pools.flatMap((other) =>
        other.backends.filter(({ wanted, served }) => other.pool === pool || (!wanted && !served)),
      );
      return { wantedGeneration, servedGeneration, backends };
    },
    async publish(generation, backends) {
      const json: BackendsUpdate = {
        generation,
        pools: [{ pool, backends: backends.map((backend) => backend.url) }],
      };
      try {
        const answer = await requestJson(`${url}/v1/backends`, {
          method: "PUT",
          token,
          json,
          timeoutMs: publishTimeoutMs,
        });
        return published(generation, answer.status, answer.body);
      } catch (error) {
        return { kind: "failed", why: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}

function published(generation: number, status: number, body: unknown): PublishResult {
  if (status === 409) return { kind: "stale" };
  if (status === 200 && Value.Check(BackendsAcknowledgement, body) && body.generation === generation) {
    return { kind: "acknowledged" };
  }
  return { kind: "failed", why: `lb-agent answered ${status}${codeOf(body)}` };
}

function codeOf(body: unknown): string {
  return Value.Check(ErrorBody, body) ? ` (${body.code})` : "";
}
