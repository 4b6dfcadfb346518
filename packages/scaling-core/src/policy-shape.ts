import type { Shaped } from "@autoscaler/shape";
import { Type } from "typebox";

const whole = (minimum: number, maximum: number, description: string, fallback?: number) =>
  Type.Integer({ minimum, maximum, description, ...given(fallback) });
const measure = (minimum: number, maximum: number, description: string, fallback?: number) =>
  Type.Number({ minimum, maximum, description, ...given(fallback) });
const given = (fallback: number | undefined) => (fallback === undefined ? {} : { default: fallback });
const part = <P extends Parameters<typeof Type.Object>[0]>(properties: P) =>
  Type.Object(properties, { default: {} });

/** The speed limit of one direction; with both limits given the more generous one counts, as in the HPA. */
const rate = (direction: "more" | "fewer", stabilizationSeconds: number) => {
  const [load, change] = direction === "more" ? ["higher", "grows"] : ["lower", "shrinks"];
  return part({
    stabilizationSeconds: measure(
      0,
      3600,
      `How long a ${load} load must have held before the pool ${change}, in seconds`,
      stabilizationSeconds,
    ),
    maxServers: Type.Optional(whole(1, 1000, `At most this many servers ${direction} in a period`)),
    maxPercent: Type.Optional(
      whole(
        1,
        10_000,
        `At most this many percent ${direction} in a period; with maxServers the more generous one counts`,
      ),
    ),
    periodSeconds: measure(1, 3600, "Length of the period of the limits above, in seconds", 60),
  });
};

/** A floor or ceiling of the size by the clock. The process that runs the rules reads the cron expression. */
const ScheduleShape = Type.Object({
  name: Type.String({
    pattern: "^[A-Za-z0-9][A-Za-z0-9 _-]{0,60}$",
    allowed: "a short name",
    description: "For people and logs",
  }),
  cron: Type.String({
    pattern: "^\\S+( \\S+){4}$",
    allowed: "a cron expression of five fields, such as 0 8 * * 1-5",
    description: "When the window opens: minute, hour, day, month, weekday",
  }),
  timeZone: Type.String({
    pattern: "^[A-Za-z0-9_+-]+(\\/[A-Za-z0-9_+-]+){0,2}$",
    allowed: "a zone such as Asia/Jakarta",
    description: "IANA name of the zone that the cron expression is meant in",
  }),
  durationMinutes: whole(1, 10_080, "How long the window stays open, in minutes", 60),
  minSize: Type.Optional(whole(1, 1000, "Floor while the window is open")),
  maxSize: Type.Optional(whole(1, 1000, "Ceiling while the window is open")),
});

/**
 * The only place where a threshold of a pool stands: type, defaults, ranges and descriptions. Sizes count the seed.
 * What fields mean together `parseScalingPolicy` checks.
 */
export const ScalingPolicyShape = part({
  minSize: whole(1, 1000, "Servers the pool has at least, the seed counted", 1),
  maxSize: whole(1, 1000, "Servers the pool has at most, the seed and those under way counted", 5),
  targetPercent: measure(1, 99, "CPU at which the pool should run, in percent", 60),
  tolerancePercent: measure(0, 90, "Half-width of the dead band, in percent of the target", 15),
  // Windows and rates as Kubernetes' HPA has them, slower to shrink (its pkg/apis/autoscaling/v2/defaults.go).
  scaleUp: rate("more", 0),
  scaleDown: rate("fewer", 300),
  warmUpSeconds: measure(0, 3600, "A new server is left out of the load average this long, in seconds", 60),
  provision: part({
    giveUpSeconds: measure(10, 7200, "A clone that does not answer its probes by then is removed", 600),
    probesInARow: whole(1, 100, "Good probes in a row before a server gets traffic", 3),
    probePath: Type.String({
      pattern: "^\\/[A-Za-z0-9._~/-]{0,200}$",
      allowed: "a path such as /healthz",
      description: "Path that answers 2xx when the service is well",
      default: "/healthz",
    }),
    probeIntervalSeconds: measure(0.1, 60, "Pause between the probes of a new server, in seconds", 1),
  }),
  drain: part({
    minimumSeconds: measure(
      0,
      3600,
      "A server that leaves is kept at least this long after the load balancer let it go",
      3,
    ),
    deadlineSeconds: measure(0, 3600, "It is removed after this, open connections or not", 60),
  }),
  /** Targets of signals beside CPU. The largest answer wins; shrinking needs all of them to agree. */
  signals: part({
    memoryPercent: Type.Optional(
      measure(
        1,
        99,
        "Memory in use at which the pool should run, in percent: well above what an idle server uses, which fewer requests do not lower",
      ),
    ),
    requestsPerSecond: Type.Optional(
      measure(0.1, 1_000_000, "Requests per second that one server should get"),
    ),
    latencyP95Ms: Type.Optional(
      // Traefik's own work is a part of what is below; it ends a request's reading after 60 s.
      measure(5, 60_000, "95th percentile of the response time that the pool should keep, in ms"),
    ),
  }),
  schedules: Type.Array(ScheduleShape, {
    maxItems: 50,
    default: [],
    description: "Floors and ceilings of the size by the clock",
  }),
  /** When a server in service counts as dead and is replaced. */
  repair: part({
    failedProbesInARow: whole(
      1,
      1000,
      "Failed probes in a row after which a server in service is replaced",
      3,
    ),
    graceSeconds: measure(
      0,
      3600,
      "No failed probe counts in this time after a server came into service",
      30,
    ),
  }),
  createsPerDay: whole(1, 10_000, "Clones sent for within 24 hours, replacements included", 100),
  dryRun: Type.Boolean({
    default: false,
    description: "Decide and explain, but neither add nor remove servers",
  }),
});

/** Limits of a direction for which none is given; a given one replaces them, it does not stand beside them. */
export const DEFAULT_LIMITS = { scaleUp: { maxPercent: 100 }, scaleDown: { maxServers: 1 } } as const;

export type ScalingPolicy = Shaped<typeof ScalingPolicyShape>;
export type ScalingRate = ScalingPolicy["scaleUp"];
export type Schedule = ScalingPolicy["schedules"][number];
