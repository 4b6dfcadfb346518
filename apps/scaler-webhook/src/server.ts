import { mkdir } from "node:fs/promises";
import { createCloud } from "@autoscaler/idcloudhost";
import { closeOnSignal, createLogger, runMain, systemClock } from "@autoscaler/service-kit";
import { createCloudPort } from "./adapters/cloud.ts";
import { createHeartbeat } from "./adapters/heartbeat.ts";
import { isGoneHere, keepLock, ownHolder, waitForLock } from "./adapters/hold-lock.ts";
import { openJournal } from "./adapters/journal-sqlite.ts";
import { createLoadBalancerPort } from "./adapters/lb-agent.ts";
import { createMetrics } from "./adapters/metrics.ts";
import { createProbePort } from "./adapters/probe.ts";
import { createPrometheusPort } from "./adapters/prometheus.ts";
import { createSchedules } from "./adapters/schedules.ts";
import { createSuffixes } from "./adapters/suffix.ts";
import { createTargetsFile } from "./adapters/targets-file.ts";
import { buildApp } from "./app.ts";
import { parseConfig } from "./config.ts";
import { createOperations } from "./loop/operations.ts";
import type { Ports } from "./loop/ports.ts";
import { createScaler } from "./loop/scaler.ts";

await runMain(async () => {
  const config = parseConfig(process.env);
  const { pool, TICK_INTERVAL_MS: tickIntervalMs, STATE_DIRECTORY: stateDirectory } = config;
  const log = createLogger({ service: "scaler-webhook", level: config.LOG_LEVEL }).child({ pool: pool.pool });
  const clock = systemClock;
  await mkdir(stateDirectory, { recursive: true });

  const journal = openJournal(`${stateDirectory}/journal.sqlite`);
  const stopping = new AbortController();
  const holding = {
    lock: journal.lock,
    clock,
    log,
    holder: ownHolder(),
    isGone: isGoneHere,
    signal: stopping.signal,
  };
  await waitForLock(holding);

  const metrics = createMetrics({ pool: pool.pool, withProcess: true });
  const heartbeatUrl = config.HEARTBEAT_URL;
  const beat =
    heartbeatUrl === undefined
      ? () => undefined
      : createHeartbeat({ url: heartbeatUrl, clock, failed: () => metrics.failed("heartbeat") });
  const ports: Ports = {
    clock,
    log,
    cloud: createCloudPort({
      cloud: createCloud({
        apiUrl: config.CLOUD_API_URL,
        apiKey: config.CLOUD_API_KEY,
        location: config.CLOUD_LOCATION,
        log,
      }),
      seedVmUuid: pool.seed.vmUuid,
    }),
    loads: createPrometheusPort({
      url: config.PROMETHEUS_URL,
      pool: pool.pool,
      windowSeconds: config.METRIC_WINDOW_SECONDS,
      clock,
      signals: pool.policy.signals,
    }),
    loadBalancer: createLoadBalancerPort({
      url: config.LB_AGENT_URL,
      token: config.LB_AGENT_TOKEN,
      pool: pool.pool,
    }),
    probe: createProbePort({ port: pool.servicePort, path: pool.policy.provision.probePath }),
    targets: createTargetsFile({
      path: config.TARGETS_FILE,
      stagingDirectory: `${stateDirectory}/staging`,
      pool: pool.pool,
    }),
    journal,
    metrics: {
      ...metrics,
      ticked(facts) {
        metrics.ticked(facts);
        beat();
      },
    },
    newSuffix: createSuffixes(clock),
    openWindows: createSchedules(pool.policy.schedules),
  };
  const scaler = createScaler({ config: pool, ports, tickIntervalMs });
  const operations = createOperations(scaler, { tickIntervalMs });

  const webhookToken = config.WEBHOOK_TOKEN;
  const apps = config.listenHosts.map((host) => ({
    host,
    app: buildApp({
      operations,
      metrics,
      wake: scaler.wake,
      nowMs: clock.nowMs,
      webhookToken,
      webhookHmacKey: config.WEBHOOK_HMAC_KEY ?? webhookToken,
      operatorToken: config.OPERATOR_TOKEN,
      log,
    }),
  }));
  for (const { host, app } of apps) {
    await app.listen({ host, port: config.LISTEN_PORT });
    log.info({ event: "server.listening", host, port: config.LISTEN_PORT }, "listening");
  }
  closeOnSignal(
    async () => {
      stopping.abort();
      await Promise.all([scaler.stop(), ...apps.map(({ app }) => app.close())]);
      journal.lock.release();
      journal.close();
    },
    { log, deadlineMs: 10_000 },
  );
  const lost = keepLock(holding).catch(() => "stopped" as const);
  const end = await Promise.race([scaler.run(), lost]);
  // What runs beside the loop may not finish a step either: the journal refuses it, and the process ends.
  if (end === "lost") throw new Error("another scaler took over; this process ends and waits for its turn");
});
