import { defaultPolicy, growAbovePercent, type ScalingPolicy, type ScalingRate } from "./policy.ts";

export type PolicyResult =
  | { readonly kind: "ok"; readonly policy: ScalingPolicy }
  | { readonly kind: "invalid"; readonly problems: readonly string[] };

/**
 * Turns anything into a policy. Missing fields get their defaults, unknown ones are refused, and every
 * problem is reported at once, each with the path of its field.
 */
export function parseScalingPolicy(value: unknown): PolicyResult {
  const problems: string[] = [];
  const root = section(value, "", problems);
  const provision = section(root.take("provision"), "provision", problems);
  const drain = section(root.take("drain"), "drain", problems);
  const fallback = defaultPolicy;

  const policy: ScalingPolicy = {
    minSize: root.integer("minSize", 1, 1000, fallback.minSize),
    maxSize: root.integer("maxSize", 1, 1000, fallback.maxSize),
    targetPercent: root.number("targetPercent", 1, 99, fallback.targetPercent),
    tolerancePercent: root.number("tolerancePercent", 0, 90, fallback.tolerancePercent),
    scaleUp: parseRate(root.take("scaleUp"), "scaleUp", fallback.scaleUp, problems),
    scaleDown: parseRate(root.take("scaleDown"), "scaleDown", fallback.scaleDown, problems),
    warmUpSeconds: root.number("warmUpSeconds", 0, 3600, fallback.warmUpSeconds),
    provision: {
      giveUpSeconds: provision.number("giveUpSeconds", 10, 7200, fallback.provision.giveUpSeconds),
      probesInARow: provision.integer("probesInARow", 1, 100, fallback.provision.probesInARow),
      probePath: provision.path("probePath", fallback.provision.probePath),
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
  };
  for (const part of [provision, drain, root]) part.refuseTheRest();

  if (policy.minSize > policy.maxSize) {
    problems.push(`minSize ${policy.minSize} is above maxSize ${policy.maxSize}`);
  }
  const growAbove = growAbovePercent(policy);
  if (growAbove >= 100) {
    problems.push(
      `targetPercent and tolerancePercent: the pool would grow above ${growAbove} % CPU only, which never happens`,
    );
  }
  if (policy.drain.minimumSeconds > policy.drain.deadlineSeconds) {
    problems.push("drain.minimumSeconds is above drain.deadlineSeconds");
  }
  return problems.length === 0 ? { kind: "ok", policy } : { kind: "invalid", problems };
}

function parseRate(value: unknown, path: string, fallback: ScalingRate, problems: string[]): ScalingRate {
  const part = section(value, path, problems);
  // A limit that is given replaces the default one; it does not stand beside it.
  const given: Partial<ScalingRate> = part.has("maxServers") || part.has("maxPercent") ? {} : fallback;
  const maxServers = part.optionalInteger("maxServers", 1, 1000, given.maxServers);
  const maxPercent = part.optionalInteger("maxPercent", 1, 10_000, given.maxPercent);
  const rate = {
    stabilizationSeconds: part.number("stabilizationSeconds", 0, 3600, fallback.stabilizationSeconds),
    ...(maxServers === undefined ? {} : { maxServers }),
    ...(maxPercent === undefined ? {} : { maxPercent }),
    periodSeconds: part.number("periodSeconds", 1, 3600, fallback.periodSeconds),
  };
  part.refuseTheRest();
  return rate;
}

/** Reads one object of the policy field by field; a bad field becomes a problem and its fallback a placeholder. */
function section(value: unknown, path: string, problems: string[]) {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (value !== undefined && !isObject)
    problems.push(`${path === "" ? "the policy" : path} must be an object`);
  const fields = new Map<string, unknown>(isObject ? Object.entries(value) : []);
  const pathOf = (key: string) => (path === "" ? key : `${path}.${key}`);

  const take = (key: string): unknown => {
    const field = fields.get(key);
    fields.delete(key);
    return field;
  };
  const within = (key: string, field: unknown, min: number, max: number, whole: boolean): field is number => {
    const isFine =
      typeof field === "number" && field >= min && field <= max && (!whole || Number.isInteger(field));
    if (!isFine)
      problems.push(`${pathOf(key)} must be a ${whole ? "whole " : ""}number from ${min} to ${max}`);
    return isFine;
  };
  const optional = <F>(key: string, min: number, max: number, fallback: F, whole: boolean): number | F => {
    const field = take(key);
    return field !== undefined && within(key, field, min, max, whole) ? field : fallback;
  };

  return {
    take,
    has: (key: string) => fields.get(key) !== undefined,
    number: (key: string, min: number, max: number, fallback: number) =>
      optional(key, min, max, fallback, false),
    integer: (key: string, min: number, max: number, fallback: number) =>
      optional(key, min, max, fallback, true),
    optionalInteger: (key: string, min: number, max: number, fallback: number | undefined) =>
      optional(key, min, max, fallback, true),
    path(key: string, fallback: string): string {
      const field = take(key);
      if (field === undefined) return fallback;
      if (typeof field === "string" && /^\/[A-Za-z0-9._~/-]{0,200}$/.test(field)) return field;
      problems.push(`${pathOf(key)} must be a path such as /healthz`);
      return fallback;
    },
    refuseTheRest() {
      for (const key of fields.keys()) problems.push(`${pathOf(key)} is not a field of a policy`);
    },
  };
}
