import type { FastifyInstance } from "fastify";
import { createMetrics } from "../adapters/metrics.ts";
import { buildApp } from "../app.ts";
import { createOperations } from "../loop/operations.ts";
import { createScaler } from "../loop/scaler.ts";
import { createFakeWorld, type World } from "./fake-world.ts";

export const webhook = { authorization: "Bearer webhook-t0ken" };
export const operator = { authorization: "Bearer operator-t0ken" };

interface SetUp {
  readonly app: FastifyInstance;
  readonly world: World;
  readonly wakes: readonly string[];
}

export async function setUp(world = createFakeWorld()): Promise<SetUp> {
  const wakes: string[] = [];
  const scaler = createScaler({ config: world.config, ports: world.ports, tickIntervalMs: 5_000 });
  void scaler.run();
  const app = buildApp({
    operations: createOperations(scaler, { tickIntervalMs: 5_000 }),
    metrics: createMetrics({ pool: "calc" }),
    wake: (reason) => {
      wakes.push(reason);
      scaler.wake(reason);
    },
    nowMs: world.clock.nowMs,
    webhookToken: "webhook-t0ken",
    webhookHmacKey: "hmac-k3y",
    operatorToken: "operator-t0ken",
    log: world.ports.log,
  });
  await world.clock.advance(6_000);
  return { app, world, wakes };
}

export const alert = (status: string, labels: object = { alertname: "PoolHot", pool: "calc" }) => ({
  status,
  labels,
  annotations: {},
  startsAt: "2026-11-25T00:00:00Z",
});
export const alertmanager = {
  version: "4",
  groupKey: "{}",
  receiver: "scaler",
  status: "firing",
  alerts: [alert("firing")],
  externalURL: "http://m:9093",
};
export const grafana = {
  receiver: "scaler",
  status: "firing",
  orgId: 1,
  alerts: [{ ...alert("firing"), values: { A: 91 }, valueString: "" }],
  title: "x",
  state: "alerting",
  message: "y",
};
