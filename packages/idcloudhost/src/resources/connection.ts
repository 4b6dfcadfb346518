import type { Cloud } from "../cloud.ts";
import { createCloud } from "../create-cloud.ts";
import { isCloudError } from "../errors.ts";

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
 *
 * `refresh` and `destroy` get the configuration of the last `up`, whose key may have been replaced since. So where
 * both keys are there and differ, that of the environment is taken when the cloud refuses the other. Not before:
 * it may be another account's, in which nothing of the stack would be found.
 */
export async function configure(
  setting: ReadSetting,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const configured = given(setting("apiKey"));
  const other = given(environment["IDCLOUDHOST_API_KEY"]);
  const apiKey = configured ?? other;
  if (apiKey === undefined) return;
  const byKey = connectTo(setting, apiKey);
  const isOtherNeeded = other !== undefined && other !== apiKey && (await isRefused(byKey(undefined)));
  // At once, and only now: the providers of other resources are at work in this process.
  connected = isOtherNeeded ? connectTo(setting, other) : byKey;
}

function connectTo(setting: ReadSetting, apiKey: string): (location: string | undefined) => Cloud {
  const billingAccountId = given(setting("billingAccountId"));
  const intervalMs = given(setting("pollIntervalMs"));
  const polling = intervalMs === undefined ? undefined : { intervalMs: Number(intervalMs) };
  const clouds = new Map<string, Cloud>();
  return (location = setting("location") ?? "jkt01") => {
    const known = clouds.get(location);
    if (known !== undefined) return known;
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
}

/** Only by the cloud's own word: when it cannot be asked nothing is known. */
async function isRefused(cloud: Cloud): Promise<boolean> {
  try {
    await cloud.listNetworks();
    return false;
  } catch (error) {
    return isCloudError(error) && error.code === "CLOUD_UNAUTHORIZED";
  }
}

/** `configure` of every provider. */
export async function connect({
  config,
}: {
  readonly config: { get(key: string): string | undefined };
}): Promise<void> {
  await configure((key) => config.get(key));
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
