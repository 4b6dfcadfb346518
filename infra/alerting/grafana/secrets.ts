import type { Json, JsonObject } from "@autoscaler/grafana/objects.ts";

/** Stands in settings for a secret; the file form names its file there, the HTTP form its value. */
interface SecretReference extends JsonObject {
  readonly $secret: string;
}

export function secret(name: string): SecretReference {
  return { $secret: name };
}

/** Puts something in the place of every secret, and of every other text. */
export function resolveSecrets(
  value: Json,
  ofSecret: (name: string) => string,
  ofText: (text: string) => string = (text) => text,
): Json {
  if (typeof value === "string") return ofText(value);
  if (Array.isArray(value)) return value.map((part: Json) => resolveSecrets(part, ofSecret, ofText));
  if (typeof value !== "object" || value === null) return value;
  const name = Reflect.get(value, "$secret");
  if (typeof name === "string") return ofSecret(name);
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, resolveSecrets(part, ofSecret, ofText)]),
  );
}
