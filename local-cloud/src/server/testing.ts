import { createLogger, systemClock } from "@autoscaler/service-kit";
import { createNoneDriver, type NoneDriver } from "../machines/none.ts";
import { createLocalCloud, type LocalCloudOptions } from "./local-cloud.ts";
import { instantSettings, type LocalCloudSettings } from "./settings.ts";

export const TEST_KEY = "test-key-of-account-one";
export const OTHER_KEY = "test-key-of-account-two";

export interface TestCloud {
  readonly url: string;
  readonly driver: NoneDriver;
  /** Sends a request as it is; the key of the first account unless told otherwise. */
  send(method: string, path: string, options?: SendOptions): Promise<Answer>;
  counts(): Promise<Counts>;
  close(): Promise<void>;
}

export interface SendOptions {
  readonly key?: string;
  readonly form?: string;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

interface Counts {
  readonly vms: number;
  readonly ips: number;
  readonly unassignedIps: number;
  readonly networks: number;
}

/** A cloud without machines on a free port of the loopback address, for the tests of every room. */
export async function startTestCloud(
  options: Partial<LocalCloudOptions> & { readonly change?: Partial<LocalCloudSettings> } = {},
): Promise<TestCloud> {
  const { change, ...given } = options;
  const driver = createNoneDriver();
  const cloud = createLocalCloud({
    driver,
    clock: systemClock,
    settings: { ...instantSettings, ...change },
    accounts: [
      { apiKey: TEST_KEY, billingAccountId: 1_200_000_001 },
      { apiKey: OTHER_KEY, billingAccountId: 1_200_000_002 },
    ],
    log: createLogger({ service: "local-cloud", level: "silent" }),
    ...given,
  });
  const url = await cloud.app.listen({ host: "127.0.0.1", port: 0 });
  return {
    url,
    driver,
    async send(method, path, { key = TEST_KEY, form, json, headers } = {}) {
      const body = form ?? (json === undefined ? undefined : JSON.stringify(json));
      const contentType = form === undefined ? "application/json" : "application/x-www-form-urlencoded";
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          ...(key === "" ? {} : { apikey: key }),
          ...(body === undefined ? {} : { "content-type": contentType }),
          ...headers,
        },
        ...(body === undefined ? {} : { body }),
      });
      const text = await response.text();
      return { status: response.status, body: parse(text), headers: response.headers };
    },
    async counts() {
      const response = await fetch(`${url}/_local/state`);
      const { counts } = (await response.json()) as { counts: Counts };
      return counts;
    },
    close: () => cloud.close(),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
