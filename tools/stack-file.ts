import { parse } from "yaml";
import { parseConfig, type StackConfig } from "../infra/config.ts";

const PROJECT = "idcloudhost-autoscaler:";

/**
 * A stack's file (`Pulumi.<stack>.yaml`) as its configuration, without Pulumi. Encrypted values stand for
 * themselves as the word "encrypted", so nothing made from this may be sent anywhere.
 *
 * @throws with every problem of the file.
 */
export function readStackFile(text: string, stack: string): StackConfig {
  const { config = {} } = parse(text) as { readonly config?: Readonly<Record<string, unknown>> };
  const values = Object.entries(config).flatMap(([key, value]) =>
    key.startsWith(PROJECT) ? [[key.slice(PROJECT.length), textOf(value)] as const] : [],
  );
  const parsed = parseConfig({
    values: { ...Object.fromEntries(values), apiKey: "not-needed-here" },
    stack,
    environment: {},
  });
  if (parsed.kind === "ok") return parsed.config;
  const problems = parsed.problems.map((problem) => `  - ${problem}`).join("\n");
  throw new Error(`Pulumi.${stack}.yaml has problems:\n${problems}`);
}

function textOf(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(withoutSecrets(value)) : String(value);
}

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  if (typeof Reflect.get(value, "secure") === "string") return "encrypted";
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withoutSecrets(part)]));
}
