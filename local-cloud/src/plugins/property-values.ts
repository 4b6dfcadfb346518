/** How Pulumi's wire format marks values that are more than JSON (its SDK, `runtime/rpc.ts`). */
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
const ASSET_SIGNATURE = "c44067f5952c0a294b673a41bacd8c17";
const OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export type Properties = Readonly<Record<string, unknown>>;

/** A local file as an input; the engine has put its SHA-256 in. */
export interface FileAsset {
  readonly path: string;
  readonly hash: string;
}

/** The value without its marks of secrecy, at every depth. What goes back to the engine keeps them. */
export function reveal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reveal);
  if (typeof value !== "object" || value === null) return value;
  const signature: unknown = Reflect.get(value, SIGNATURE_KEY);
  if (signature === SECRET_SIGNATURE || signature === OUTPUT_SIGNATURE)
    return reveal(Reflect.get(value, "value"));
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, reveal(part)]));
}

/** The value if it is a file given by its path. */
export function fileAsset(value: unknown): FileAsset | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (Reflect.get(value, SIGNATURE_KEY) !== ASSET_SIGNATURE) return undefined;
  const path: unknown = Reflect.get(value, "path");
  return typeof path === "string" && path !== ""
    ? { path, hash: String(Reflect.get(value, "hash")) }
    : undefined;
}

/** Whether a value that only the update will bring is in it. */
export function isUnknown(value: unknown): boolean {
  return JSON.stringify(reveal(value) ?? "").includes(UNKNOWN);
}

/** Equal to the user: secrecy aside, and files by what is in them. */
export function sameValue(one: unknown, other: unknown): boolean {
  return canonical(reveal(one)) === canonical(reveal(other));
}

function canonical(value: unknown): string {
  const asset = fileAsset(value);
  if (asset !== undefined) return `file ${asset.hash}`;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return JSON.stringify(value) ?? "";
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return fields.map(([key, part]) => `${key}:${canonical(part)}`).join();
}

/** The third part of `urn:pulumi:stack::project::parent$type::name`, without its parents. */
export function typeOfUrn(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}
