import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createLocalCloud } from "@autoscaler/local-cloud/local-cloud.ts";
import { createNoneDriver } from "@autoscaler/local-cloud/machines/none.ts";
import { fastSettings, type LocalCloudSettings } from "@autoscaler/local-cloud/settings/settings.ts";
import { createLogger, systemClock } from "@autoscaler/service-kit";
import { createProject, type PulumiProject, type PulumiResult } from "./pulumi-project.ts";

/** The account's at first. */
export const API_KEY = "engine-test-api-key-0123456789";

/** Whether there is time for whole matrices: `npm run test:long`. */
export const isLong = Reflect.get(globalThis, "PROPERTY_RUNS") !== undefined;

interface Named {
  readonly uuid: string;
  readonly name?: string;
}

/** As the cloud knows it: without lag. */
export interface CloudState {
  readonly counts: Readonly<Record<string, number>>;
  readonly vms: readonly Named[];
  readonly ips: readonly Named[];
  readonly networks: readonly (Named & { readonly isDefault: boolean })[];
  readonly firewalls: readonly Named[];
}

export interface Stack {
  readonly project: PulumiProject;
  /** What every configuration of it needs. */
  readonly settings: Readonly<Record<string, unknown>>;
  state(): Promise<CloudState>;
  /** The account has another key from now on, and the former is revoked. */
  rotateKey(apiKey: string): Promise<void>;
  /** Without a preview; fails with Pulumi's words. */
  run(...args: readonly string[]): Promise<PulumiResult>;
  close(): Promise<void>;
}

/**
 * The real program, not up yet, beside a local cloud of its own that makes machines in no time.
 *
 * @param environment what `pulumi` gets; by default the account's key
 */
export async function createStack(
  habits: Partial<LocalCloudSettings> = {},
  environment: Readonly<Record<string, string>> = { IDCLOUDHOST_API_KEY: API_KEY },
): Promise<Stack> {
  const project = await createProject({ stack: "engine", environment });
  const driver = createNoneDriver();
  const open = async (apiKey: string, port: number) => {
    const opened = createLocalCloud({
      driver,
      clock: systemClock,
      settings: { ...fastSettings, ...habits },
      accounts: [{ apiKey, billingAccountId: 1_200_000_001 }],
      log: createLogger({ service: "local-cloud", level: "silent" }),
      stateFile: join(project.directory, "cloud.json"),
    });
    await opened.app.listen({ host: "127.0.0.1", port });
    return opened;
  };
  let cloud = await open(API_KEY, 0);
  const { port } = cloud.app.server.address() as AddressInfo;
  return {
    project,
    settings: {
      apiUrl: `http://127.0.0.1:${port}`,
      pollIntervalMs: 20,
      "pool.destroyQuietSeconds": 0,
    },
    state: async () => (await cloud.app.inject({ method: "GET", url: "/_local/state" })).json(),
    async rotateKey(apiKey) {
      await cloud.close();
      cloud = await open(apiKey, port);
    },
    async run(command, ...args) {
      const result = await project.run(command ?? "", "--yes", "--skip-preview", ...args);
      if (result.exitCode !== 0) throw new Error(`pulumi ${command} failed:\n${result.output}`);
      return result;
    },
    async close() {
      await cloud.close();
      project.remove();
    },
  };
}

/** `{ "a.b": 1 }` as `{ a: { b: 1 } }`, a copy. */
export function nested(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const target: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(structuredClone(settings))) put(target, path, value);
  return target;
}

export function put(target: object, path: string, value: unknown): void {
  const parts = path.split(".");
  const last = parts.pop() ?? "";
  let at = target;
  for (const part of parts) {
    if (typeof Reflect.get(at, part) !== "object") Reflect.set(at, part, {});
    at = Reflect.get(at, part);
  }
  Reflect.set(at, last, value);
}
