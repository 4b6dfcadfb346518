/** Stands in settings for a secret until its value is put there. */
interface SecretReference {
  readonly [key: string]: string;
  readonly $secret: string;
}

export function secret(name: string): SecretReference {
  return { $secret: name };
}

/** The same with something in the place of every secret. */
export function resolveSecrets<T>(value: T, ofSecret: (name: string) => string): T {
  const resolve = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(resolve);
    if (typeof part !== "object" || part === null) return part;
    const name = Reflect.get(part, "$secret");
    if (typeof name === "string") return ofSecret(name);
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, resolve(inner)]));
  };
  return resolve(value) as T;
}
