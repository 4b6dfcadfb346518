import { createLogger, parseJson, systemClock } from "@autoscaler/service-kit";
import { extraStatuses } from "./api/openapi/differences.ts";
import { loadOpenApi, type OpenApi } from "./api/openapi/openapi.ts";
import { createLocalCloud, type LocalCloudOptions, type ServedAnswer } from "./local-cloud.ts";
import { createNoneDriver, type NoneDriver } from "./machines/none.ts";
import { instantSettings, type LocalCloudSettings } from "./settings/settings.ts";

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

/** A cloud without machines, whose every answer is held against the OpenAPI file, on a free port of the loopback address, for the tests of every room. */
export async function startTestCloud(
  options: Partial<LocalCloudOptions> & { readonly change?: Partial<LocalCloudSettings> } = {},
): Promise<TestCloud> {
  const { change, ...given } = options;
  const problems = new Set<string>();
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
    onAnswer: (answer) => {
      for (const problem of problemsOf(answer)) problems.add(problem);
    },
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
      const value = parseJson(text);
      return { status: response.status, body: value === undefined ? text : value, headers: response.headers };
    },
    async counts() {
      const response = await fetch(`${url}/_local/state`);
      const { counts } = (await response.json()) as { counts: Counts };
      return counts;
    },
    async close() {
      await cloud.close();
      if (problems.size > 0)
        throw new Error(`answers that the OpenAPI file does not have:\n${[...problems].join("\n")}`);
    },
  };
}

/** Of the answer as the services gave it; what faults make of it afterwards is their business. */
function problemsOf({ operation, status, body }: ServedAnswer): readonly string[] {
  if (operation === "methodNotAllowed" || extraStatuses.some((extra) => extra.status === status)) return [];
  openApi ??= loadOpenApi();
  const isRefusal = status === 200 && body.startsWith('{"errors":');
  return openApi.problemsOf(operation, isRefusal ? 400 : status, body);
}

let openApi: OpenApi | undefined;
