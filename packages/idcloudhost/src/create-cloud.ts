import { type Clock, systemClock } from "@autoscaler/service-kit/clock.ts";
import type { Absence } from "./absence.ts";
import { createApi, type Deadlines } from "./api.ts";
import { type CloudLog, createCaller } from "./caller.ts";
import { createCatalogFunctions } from "./catalog.ts";
import { refuse } from "./check-input.ts";
import type { Cloud } from "./cloud.ts";
import { createFirewallFunctions } from "./firewalls.ts";
import { createIpFunctions } from "./floating-ips.ts";
import { createIpCalls } from "./ip-calls.ts";
import { createNetworkFunctions } from "./networks.ts";
import type { Looking } from "./poll.ts";
import { createTransport } from "./transport.ts";
import { createVmCalls } from "./vm-calls.ts";
import { createVmFunctions } from "./vm-functions.ts";

export interface CloudOptions {
  /** For example `https://api.idcloudhost.com`; a `/v1` at its end is cut off. */
  readonly apiUrl: string;
  readonly apiKey: string;
  /** `jkt01`, ...; empty: the account's default location, without a segment in the path. */
  readonly location: string;
  /** Needed with a key that is not tied to one billing account. */
  readonly billingAccountId?: number;
  readonly log?: CloudLog;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** How to prove that something is gone. Default: 3 reads 2 s apart, for 2 min. */
  readonly absence?: Partial<Absence>;
  /** How to look for what became of a lost answer. Default: every 2 s for 2 min. */
  readonly lookUp?: Partial<Looking>;
  readonly deadlines?: Partial<Deadlines>;
  /** Calls at a time. The API's limits are unknown; the default of 4 is ours (docs/api-facts.md#limits). */
  readonly maxInFlight?: number;
  /** Tries of a read. */
  readonly tryCount?: number;
}

const DEFAULT_ABSENCE: Absence = { readCount: 3, intervalMs: 2_000, giveUpAfterMs: 120_000 };
const DEFAULT_LOOK_UP: Looking = { intervalMs: 2_000, giveUpAfterMs: 120_000 };
const DEFAULT_DEADLINES: Deadlines = {
  readMs: 30_000,
  changeMs: 60_000,
  powerMs: 180_000,
  createMs: 300_000,
};
const SILENT: CloudLog = { debug: () => undefined, warn: () => undefined };

/** @throws {CloudError} CLOUD_INPUT_INVALID for options that cannot work; no call is made here. */
export function createCloud(options: CloudOptions): Cloud {
  const { apiKey, location, billingAccountId, clock = systemClock } = options;
  refuse("create cloud client", [
    !/^https?:\/\/[^/?#]+/.test(options.apiUrl) && "apiUrl must be an http or https URL",
    !/^[\x21-\x7e]+$/.test(apiKey) && "apiKey must be the printable text from the console's Access page",
    !/^([a-z][a-z0-9]{1,19})?$/.test(location) && "location must be a slug such as jkt01, or empty",
  ]);
  const absence = { ...DEFAULT_ABSENCE, ...options.absence };
  const lookUp = { ...DEFAULT_LOOK_UP, ...options.lookUp };
  const call = createCaller({
    transport: createTransport({ baseUrl: options.apiUrl.replace(/\/+$/, "").replace(/\/v1$/, ""), apiKey }),
    clock,
    random: options.random ?? Math.random,
    log: options.log ?? SILENT,
    maxInFlight: options.maxInFlight ?? 4,
    tryCount: options.tryCount ?? 4,
  });
  const api = createApi({ call, location, deadlines: { ...DEFAULT_DEADLINES, ...options.deadlines } });
  const shared = { clock, billingAccountId, absence, lookUp };
  return {
    ...createVmFunctions({ calls: createVmCalls(api), ...shared }),
    ...createNetworkFunctions({ api, clock, lookUp }),
    ...createIpFunctions({ calls: createIpCalls(api), ...shared }),
    ...createFirewallFunctions({ api, ...shared }),
    ...createCatalogFunctions(api),
  };
}
