/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** A folder with everything we own in Grafana, each in the form of its HTTP API. */
export interface GrafanaObjects {
  /** What starts with it in Grafana is ours, and is removed when it is not below. */
  readonly uidPrefix: string;
  readonly folder: { readonly uid: string; readonly title: string };
  readonly dataSource: JsonObject & { readonly uid: string };
  readonly contactPoints: readonly ContactPoint[];
  readonly ruleGroup: RuleGroup;
  readonly dashboards: readonly Dashboard[];
}

export interface ContactPoint extends JsonObject {
  readonly uid: string;
  readonly name: string;
  readonly type: string;
  readonly settings: JsonObject;
  readonly disableResolveMessage: boolean;
}

export interface RuleGroup extends JsonObject {
  readonly title: string;
  readonly folderUid: string;
  /** Seconds. */
  readonly interval: number;
  readonly rules: readonly Rule[];
}

export interface Rule extends JsonObject {
  readonly uid: string;
  readonly title: string;
  readonly annotations: { readonly [key: string]: string };
  readonly data: readonly JsonObject[];
}

export interface Dashboard extends JsonObject {
  readonly uid: string;
  readonly title: string;
}

/**
 * A plain copy with sorted keys: the form in which Grafana stores a query's model, and the form that says
 * unchanged when nothing changed. Drops what JSON cannot hold, such as the marker functions of the SDK.
 */
export function canonical(value: unknown): Json {
  return sorted(JSON.parse(JSON.stringify(value)) as Json);
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, part]) => [key, sorted(part)]),
  );
}

/** What Grafana puts in the place of a secret that is read back. */
const REDACTED = "[REDACTED]";

/**
 * The first place where `have` lacks what `want` says, or undefined. What the server adds is ignored, the
 * length of lists counts, a redacted secret is taken for the right one, and an absent value for a zero:
 * Grafana leaves those out.
 */
export function firstDifference(have: unknown, want: Json, path = "the whole"): string | undefined {
  if (have === undefined || have === null) return isZero(want) ? undefined : path;
  if (Array.isArray(want)) {
    if (!Array.isArray(have) || have.length !== want.length) return path;
    return firstOf(want.map((part: Json, at) => () => firstDifference(have[at], part, `${path}[${at}]`)));
  }
  if (typeof want === "object" && want !== null) {
    if (typeof have !== "object") return path;
    return firstOf(
      Object.entries(want).map(
        ([key, part]) =>
          () =>
            firstDifference(Reflect.get(have, key), part, path === "the whole" ? key : `${path}.${key}`),
      ),
    );
  }
  return have === want || have === REDACTED ? undefined : path;
}

function isZero(value: Json): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value === "object" && value !== null) return Object.values(value).every(isZero);
  return value === null || value === false || value === 0 || value === "" || value === "0s";
}

function firstOf(looks: readonly (() => string | undefined)[]): string | undefined {
  for (const look of looks) {
    const found = look();
    if (found !== undefined) return found;
  }
  return undefined;
}
