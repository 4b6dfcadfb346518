import type { Cloud } from "../cloud.ts";
import { createCloud } from "../create-cloud.ts";

/** One text of the stack's configuration, or undefined. */
export type ReadSetting = (key: string) => string | undefined;

/** Of a resource: where it was made, which the configuration may not say any more. Empty: the account's default. */
export interface Located {
  /** Absent in a state that version 0.1.0 made. */
  readonly location: string;
}

/**
 * The account that all dynamic providers of this process work in, by location. It is module state so that the
 * API key is neither an input nor part of a provider's text: both end up in Pulumi's state.
 */
let connected: ((location: string | undefined) => Cloud) | undefined;

/**
 * Takes address, key and location from the stack's configuration, the key also from `IDCLOUDHOST_API_KEY`.
 * Without a key it does nothing: a preview needs none.
 */
export function configure(setting: ReadSetting, environment: NodeJS.ProcessEnv = process.env): void {
  const apiKey = given(setting("apiKey")) ?? given(environment["IDCLOUDHOST_API_KEY"]);
  if (apiKey === undefined) return;
  const billingAccountId = given(setting("billingAccountId"));
  const intervalMs = given(setting("pollIntervalMs"));
  const polling = intervalMs === undefined ? undefined : { intervalMs: Number(intervalMs) };
  const clouds = new Map<string, Cloud>();
  const connectTo = (location: string) => {
    const cloud = createCloud({
      apiUrl: given(setting("apiUrl")) ?? "https://api.idcloudhost.com",
      apiKey,
      location,
      ...(billingAccountId === undefined ? {} : { billingAccountId: Number(billingAccountId) }),
      ...(polling === undefined ? {} : { absence: polling, lookUp: polling }),
    });
    clouds.set(location, cloud);
    return cloud;
  };
  connected = (location = setting("location") ?? "jkt01") => clouds.get(location) ?? connectTo(location);
}

/** `configure` of every provider. */
export async function connect({
  config,
}: {
  readonly config: { get(key: string): string | undefined };
}): Promise<void> {
  configure((key) => config.get(key));
}

/** Replaces the configured cloud; for tests. */
export function useCloud(cloud: Cloud | undefined): void {
  connected = cloud === undefined ? undefined : () => cloud;
}

/** @throws when no API key was given, with what to do. */
export function cloudOf({ location }: Partial<Located>): Cloud {
  if (connected !== undefined) return connected(location);
  throw new Error(
    "no API key: run `pulumi config set --secret apiKey` or set IDCLOUDHOST_API_KEY where pulumi runs",
  );
}

function given(text: string | undefined): string | undefined {
  return text === undefined || text === "" ? undefined : text;
}
