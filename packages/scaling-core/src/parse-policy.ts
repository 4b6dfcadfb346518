import { growAbove } from "./band.ts";
import { defaultPolicy, type ScalingPolicy, type ScalingRate, type Schedule } from "./policy.ts";
import { present, type Reading, section } from "./section.ts";

export type PolicyResult =
  | { readonly kind: "ok"; readonly policy: ScalingPolicy }
  | { readonly kind: "invalid"; readonly problems: readonly string[] };

/**
 * Turns anything into a policy. Missing fields get their defaults, unknown ones are refused, and every
 * problem is reported at once, each with the path of its field.
 */
export function parseScalingPolicy(value: unknown): PolicyResult {
  const reading: Reading = { problems: [], fields: [] };
  const policy = readPolicy(value, reading);
  const problems = [...reading.problems, ...contradictions(policy)];
  return problems.length === 0 ? { kind: "ok", policy } : { kind: "invalid", problems };
}

/** Reads every field once; `reading` learns what is wrong and what fields there are. */
export function readPolicy(value: unknown, reading: Reading): ScalingPolicy {
  const root = section(value, "", reading);
  const part = (key: string) => section(root.take(key), key, reading);
  const provision = part("provision");
  const drain = part("drain");
  const signals = part("signals");
  const repair = part("repair");
  const fallback = defaultPolicy;

  const policy: ScalingPolicy = {
    minSize: root.integer("minSize", 1, 1000, fallback.minSize),
    maxSize: root.integer("maxSize", 1, 1000, fallback.maxSize),
    targetPercent: root.number("targetPercent", 1, 99, fallback.targetPercent),
    tolerancePercent: root.number("tolerancePercent", 0, 90, fallback.tolerancePercent),
    scaleUp: readRate(root.take("scaleUp"), "scaleUp", fallback.scaleUp, reading),
    scaleDown: readRate(root.take("scaleDown"), "scaleDown", fallback.scaleDown, reading),
    warmUpSeconds: root.number("warmUpSeconds", 0, 3600, fallback.warmUpSeconds),
    provision: {
      giveUpSeconds: provision.number("giveUpSeconds", 10, 7200, fallback.provision.giveUpSeconds),
      probesInARow: provision.integer("probesInARow", 1, 100, fallback.provision.probesInARow),
      probePath: provision.text(
        "probePath",
        /^\/[A-Za-z0-9._~/-]{0,200}$/,
        "a path such as /healthz",
        fallback.provision.probePath,
      ),
      probeIntervalSeconds: provision.number(
        "probeIntervalSeconds",
        0.1,
        60,
        fallback.provision.probeIntervalSeconds,
      ),
    },
    drain: {
      minimumSeconds: drain.number("minimumSeconds", 0, 3600, fallback.drain.minimumSeconds),
      deadlineSeconds: drain.number("deadlineSeconds", 0, 3600, fallback.drain.deadlineSeconds),
    },
    signals: present<ScalingPolicy["signals"]>({
      memoryPercent: signals.optionalNumber("memoryPercent", 1, 99),
      requestsPerSecond: signals.optionalNumber("requestsPerSecond", 0.1, 1_000_000),
      latencyP95Ms: signals.optionalNumber("latencyP95Ms", 1, 600_000),
    }),
    schedules: root
      .list("schedules", 50)
      .map((entry, index) => readSchedule(entry, `schedules[${index}]`, reading)),
    repair: {
      failedProbesInARow: repair.integer("failedProbesInARow", 1, 1000, fallback.repair.failedProbesInARow),
      graceSeconds: repair.number("graceSeconds", 0, 3600, fallback.repair.graceSeconds),
    },
    createsPerDay: root.integer("createsPerDay", 1, 10_000, fallback.createsPerDay),
    dryRun: root.flag("dryRun", fallback.dryRun),
  };
  for (const read of [provision, drain, signals, repair, root]) read.refuseTheRest();
  return policy;
}

function readRate(value: unknown, path: string, fallback: ScalingRate, reading: Reading): ScalingRate {
  const part = section(value, path, reading);
  // A limit that is given replaces the default one; it does not stand beside it.
  const given: Partial<ScalingRate> = part.has("maxServers") || part.has("maxPercent") ? {} : fallback;
  const limits = present<Pick<ScalingRate, "maxServers" | "maxPercent">>({
    maxServers: part.optionalInteger("maxServers", 1, 1000, given.maxServers),
    maxPercent: part.optionalInteger("maxPercent", 1, 10_000, given.maxPercent),
  });
  const rate = {
    stabilizationSeconds: part.number("stabilizationSeconds", 0, 3600, fallback.stabilizationSeconds),
    ...limits,
    periodSeconds: part.number("periodSeconds", 1, 3600, fallback.periodSeconds),
  };
  part.refuseTheRest();
  return rate;
}

function readSchedule(value: unknown, path: string, reading: Reading): Schedule {
  const part = section(value ?? [], path, reading);
  const schedule = {
    name: part.text("name", /^[A-Za-z0-9][A-Za-z0-9 _-]{0,60}$/, "a short name"),
    cron: part.text("cron", /^\S+( \S+){4}$/, "a cron expression of five fields, such as 0 8 * * 1-5"),
    timeZone: part.text(
      "timeZone",
      /^[A-Za-z0-9_+-]+(\/[A-Za-z0-9_+-]+){0,2}$/,
      "a zone such as Asia/Jakarta",
    ),
    durationMinutes: part.integer("durationMinutes", 1, 10_080, 60),
    ...present<Pick<Schedule, "minSize" | "maxSize">>({
      minSize: part.optionalInteger("minSize", 1, 1000),
      maxSize: part.optionalInteger("maxSize", 1, 1000),
    }),
  };
  part.refuseTheRest();
  return schedule;
}

function contradictions(policy: ScalingPolicy): readonly string[] {
  const { minSize, maxSize, targetPercent, tolerancePercent, drain, signals, schedules } = policy;
  const never = (names: string, target: number) => {
    const edge = growAbove(target, tolerancePercent);
    return edge >= 100 ? [`${names}: the pool would grow above ${edge} % only, which never happens`] : [];
  };
  return [
    ...(minSize > maxSize ? [`minSize ${minSize} is above maxSize ${maxSize}`] : []),
    ...never("targetPercent and tolerancePercent", targetPercent),
    ...never("signals.memoryPercent and tolerancePercent", signals.memoryPercent ?? 1),
    ...(drain.minimumSeconds > drain.deadlineSeconds
      ? ["drain.minimumSeconds is above drain.deadlineSeconds"]
      : []),
    ...schedules.flatMap(({ minSize: floor, maxSize: ceiling }, index) => [
      ...(floor === undefined && ceiling === undefined
        ? [`schedules[${index}] has neither minSize nor maxSize, so it does nothing`]
        : []),
      ...(floor !== undefined && floor > (ceiling ?? maxSize)
        ? [
            `schedules[${index}].minSize ${floor} is above ${ceiling === undefined ? "the policy's maxSize" : "its maxSize"}`,
          ]
        : []),
    ]),
  ];
}
