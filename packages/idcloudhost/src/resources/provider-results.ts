import { omitUndefined } from "@autoscaler/service-kit/omit-undefined.ts";

interface CheckResult<Inputs> {
  readonly inputs: Inputs;
  readonly failures: { readonly property: string; readonly reason: string }[];
}

interface DiffResult {
  readonly changes: boolean;
  readonly replaces: string[];
  readonly deleteBeforeReplace: boolean;
}

/** Pulumi's `dynamic.ResourceProvider` with all methods, spelled out here so that this package needs no Pulumi. */
export interface Provider<Inputs, Outputs> {
  configure(request: { readonly config: { get(key: string): string | undefined } }): Promise<void>;
  check(olds: Inputs, news: Inputs): Promise<CheckResult<Inputs>>;
  diff(id: string, olds: Outputs, news: Inputs): Promise<DiffResult>;
  create(inputs: Inputs): Promise<{ readonly id: string; readonly outs: Outputs }>;
  /** Without an id: it is gone. */
  read(id: string, props: Outputs): Promise<{ readonly id?: string; readonly props?: Outputs }>;
  update(id: string, olds: Outputs, news: Inputs): Promise<{ readonly outs: Outputs }>;
  delete(id: string, props: Outputs): Promise<void>;
}

/** Pulumi's placeholder for a value that is known only after the update (its SDK, `runtime/rpc.ts`). */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether nothing in it comes only with the update: in a preview, or when Pulumi asks what a replacement would replace. */
export function isKnown(value: unknown): boolean {
  return !JSON.stringify(value ?? null).includes(UNKNOWN);
}

/** Checks the inputs that are already known; `rules` gives a reason, or false when the value is fine. */
export function checked<Inputs extends object>(
  inputs: Inputs,
  rules: { readonly [Key in keyof Inputs]?: (value: unknown) => string | false },
): CheckResult<Inputs> {
  const failures = Object.entries<(value: unknown) => string | false>(rules as never).flatMap(
    ([property, rule]) => {
      const value: unknown = Reflect.get(inputs, property);
      const reason = value === UNKNOWN ? false : rule(value);
      return reason === false ? [] : [{ property, reason }];
    },
  );
  return { inputs, failures };
}

/** Refuses a change of inputs that are settled with the first `up`; `rules` gives the reason, from the former value. */
export function settled<Inputs extends object>(
  olds: Partial<Inputs>,
  news: Inputs,
  rules: { readonly [Key in keyof Inputs]?: (former: Inputs[Key]) => string },
): CheckResult<Inputs>["failures"] {
  return Object.entries<(former: never) => string>(rules as never).flatMap(([property, reasonOf]) => {
    const [former, wanted]: unknown[] = [Reflect.get(olds, property), Reflect.get(news, property)];
    const isKept = former === undefined || wanted === UNKNOWN || former === wanted;
    return isKept ? [] : [{ property, reason: reasonOf(former as never) }];
  });
}

/** Compares only the named inputs: Pulumi keeps more in the state, such as the provider's own text. */
export function compared<Inputs extends object>(
  olds: Inputs,
  news: Inputs,
  {
    replacing,
    updating,
  }: {
    readonly replacing: readonly (keyof Inputs & string)[];
    readonly updating: readonly (keyof Inputs & string)[];
  },
): DiffResult {
  const differs = (key: keyof Inputs & string) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]);
  const replaces = replacing.filter(differs);
  return { changes: replaces.length > 0 || updating.some(differs), replaces, deleteBeforeReplace: true };
}

/**
 * Reports that the resource exists but is not ready: Pulumi then keeps it in its state and the next `up` calls
 * `update`. `properties` holds all inputs, among them the provider's text, without which it could never
 * be deleted again.
 */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";
  readonly id: string;
  readonly properties: object;
  readonly reasons: readonly string[];

  constructor(id: string, properties: object, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(reason, { cause });
    this.id = id;
    this.properties = omitUndefined(properties);
    this.reasons = [reason];
  }
}

export function isText(value: unknown): string | false {
  return typeof value === "string" && value !== "" ? false : "must be text";
}

export function isVmName(value: unknown): string | false {
  return typeof value === "string" && /^[0-9a-zA-Z][-0-9a-zA-Z]{2,}[0-9a-zA-Z]$/.test(value)
    ? false
    : "must be four or more letters, digits or inner hyphens";
}

export function isSize(value: unknown): string | false {
  return Number.isSafeInteger(value) && Number(value) > 0 ? false : "must be a whole number above 0";
}
