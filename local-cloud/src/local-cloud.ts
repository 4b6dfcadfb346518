import type { Clock, Logger } from "@autoscaler/service-kit";
import { httpServerDefaults } from "@autoscaler/service-kit";
import Fastify, { type FastifyInstance, type FastifyPluginCallback } from "fastify";
import { adminRoutes } from "./admin.ts";
import { decodeForm, type RawBody, rawBodyOf, useRawBodies } from "./api/bodies.ts";
import { diskRoutes } from "./api/disks.ts";
import { firewallRoutes } from "./api/firewalls.ts";
import { useGateway } from "./api/gateway.ts";
import { hostPoolRoutes } from "./api/host-pools.ts";
import { imageRoutes } from "./api/images.ts";
import { ipAddressRoutes } from "./api/ip-addresses.ts";
import { networkRoutes } from "./api/networks.ts";
import { pricingRoutes } from "./api/pricing.ts";
import { restore } from "./api/restore.ts";
import { vmRoutes } from "./api/vms/routes.ts";
import { createCallRing } from "./calls.ts";
import { useCallFaults } from "./faults/hooks.ts";
import { withMachineFaults } from "./faults/machines.ts";
import { createFaults } from "./faults/registry.ts";
import type { MachineDriver } from "./machines/driver.ts";
import type { LocalCloudSettings } from "./settings/settings.ts";
import type { Account } from "./state/accounts.ts";
import type { CloudContext } from "./state/context.ts";
import { createFirewalls } from "./state/firewall-table.ts";
import { createVmLocks } from "./state/locks.ts";
import { createPublicAddresses } from "./state/public-addresses.ts";
import { openWorld } from "./state/world.ts";

export interface LocalCloudOptions {
  readonly driver: MachineDriver;
  readonly clock: Clock;
  readonly settings: LocalCloudSettings;
  readonly accounts: readonly Account[];
  readonly log: Logger;
  /** Where the state is kept; absent: in memory only. */
  readonly stateFile?: string;
  /** Told of each operation of the API, and of each answer as the services gave it: for tests. */
  readonly onRoute?: (route: ServedRoute) => void;
  readonly onAnswer?: (answer: ServedAnswer) => void;
}

export interface ServedRoute {
  /** `operationId` of the OpenAPI file. */
  readonly operation: string;
  readonly method: string;
  readonly url: string;
}

export interface ServedAnswer {
  readonly operation: string;
  readonly status: number;
  readonly body: string;
  /** What was sent, before anybody tried to understand it. */
  readonly sent: RawBody;
}

export interface LocalCloud {
  /** Not listening yet. `ready()` brings machines and state together. */
  readonly app: FastifyInstance;
  /** Stops answering; calls that block are undone. Machines stay as they are: the driver is the caller's. */
  close(): Promise<void>;
}

/** @throws when the state file cannot be read. */
export function createLocalCloud(options: LocalCloudOptions): LocalCloud {
  const { clock, settings, accounts, log } = options;
  const world = openWorld(options.stateFile);
  const closing = new AbortController();
  const tools = { clock, closing: closing.signal };
  const faults = createFaults(tools);
  const driver = withMachineFaults(options.driver, { faults, ...tools });
  const ctx: CloudContext = {
    world,
    driver,
    settings,
    accounts,
    clock,
    log,
    locks: createVmLocks(),
    async block(operation) {
      closing.signal.throwIfAborted();
      const latencyMs = settings.latencyMs[operation];
      if (latencyMs > 0) await clock.sleep(latencyMs, closing.signal);
    },
    applyPublicAddresses: createPublicAddresses(world, driver, settings),
    applyFirewalls: createFirewalls(world, driver, settings),
  };

  const app = Fastify({
    ...httpServerDefaults,
    // A VM call blocks for as long as the machine takes.
    connectionTimeout: 0,
    exposeHeadRoutes: false,
    routerOptions: { querystringParser: (text) => ({ ...decodeForm(text, settings) }) },
  });
  app.addHook("onReady", () => restore(ctx));
  const calls = createCallRing(clock);
  app.register(
    part((admin) => adminRoutes(admin, ctx, { calls, faults })),
    { prefix: "/_local" },
  );
  app.register(
    part((v1) => {
      useRawBodies(v1);
      observe(v1, options);
      calls.watch(v1);
      useGateway(v1, ctx);
      useCallFaults(v1, faults);
      globalRoutes(v1);
      for (const prefix of ["/", "/:location"]) {
        v1.register(
          part((scoped) => scopedRoutes(scoped, ctx)),
          { prefix },
        );
      }
    }),
    { prefix: "/v1" },
  );
  return {
    app,
    async close() {
      closing.abort(new Error("the local cloud is closing"));
      await app.close();
    },
  };
}

function observe(
  app: FastifyInstance,
  { onRoute, onAnswer }: Pick<LocalCloudOptions, "onRoute" | "onAnswer">,
): void {
  app.addHook("onRoute", ({ config, method, url }) => {
    const operation = config?.operation;
    if (operation !== undefined) onRoute?.({ operation, method: String(method), url });
  });
  if (onAnswer === undefined) return;
  app.addHook("onSend", async (request, reply, payload) => {
    const operation = request.routeOptions.config.operation;
    if (operation !== undefined)
      onAnswer({
        operation,
        status: reply.statusCode,
        body: typeof payload === "string" ? payload : "",
        sent: rawBodyOf(request.body),
      });
    return payload;
  });
}

function part(build: (app: FastifyInstance) => void): FastifyPluginCallback {
  return (app, _options, done) => {
    build(app);
    done();
  };
}

/** Calls that have no location. */
function globalRoutes(app: FastifyInstance): void {
  imageRoutes(app);
  pricingRoutes(app);
}

/** Calls of one location, which the path may leave out. */
function scopedRoutes(app: FastifyInstance, ctx: CloudContext): void {
  hostPoolRoutes(app);
  vmRoutes(app, ctx);
  networkRoutes(app, ctx);
  ipAddressRoutes(app, ctx);
  firewallRoutes(app, ctx);
  diskRoutes(app, ctx);
}
