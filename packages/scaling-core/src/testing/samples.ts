import type { BackOff } from "../back-off.ts";
import type { DecisionInput } from "../decision.ts";
import type { Ownership } from "../ownership.ts";
import { defaultPolicy } from "../policy.ts";
import { type LifecycleLimits, lifecycleLimits, type PoolGuards } from "../server-lifecycle.ts";
import { planServer, type Server, type ServerRecord, type ServerSighting, unseen } from "../server-record.ts";

export const NOW_MS = 1_800_000_000_000;

export const ownership: Ownership = { namePrefix: "pool-ab12cd", protectedVmUuids: ["seed-uuid", "lb-uuid"] };

export const limits: LifecycleLimits = lifecycleLimits(defaultPolicy);

export const noGuards: PoolGuards = {
  backOff: { failureCount: 0, notBeforeMs: 0 } satisfies BackOff,
  isOneOnItsWay: false,
  mayReplaceUnhealthy: true,
};

/** A calm pool that has been watched for an hour. */
export function decisionInput(change: Partial<DecisionInput> = {}): DecisionInput {
  return {
    nowMs: NOW_MS,
    policy: defaultPolicy,
    desiredSize: 2,
    load: { warmCount: 2, missingCount: 0, totalPercent: 120 },
    notYetWarmCount: 0,
    isLoadBalancerSettled: true,
    watch: { sinceMs: NOW_MS - 3_600_000, recommendations: [] },
    changes: [],
    paused: { up: false, down: false },
    ...change,
  };
}

/** A server in its phase for ten seconds. */
export function server(record: Partial<ServerRecord> = {}, sighting: Partial<ServerSighting> = {}): Server {
  return {
    record: {
      ...planServer("pool-ab12cd-c-aaaaaa", NOW_MS - 10_000, {}),
      privateIpv4: "10.77.1.20",
      ...record,
    },
    sighting: { ...unseen, ...sighting },
  };
}
