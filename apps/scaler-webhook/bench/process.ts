/**
 * The bundled process as it runs on a machine: memory at rest (bound 120 MB) and the time from an alert's
 * arrival to the start of the tick it wakes (bound: p95 50 ms). Run: `node apps/scaler-webhook/bench/process.ts`
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { bundleApp } from "@autoscaler/provisioning/bundle.ts";
import { createHttpDouble } from "@autoscaler/scaler-webhook/testing/http-double.ts";
import { check, report } from "./report.ts";

const PORT = 4_790;
const REST_MS = 20_000;
const ALERT_COUNT = 40;
/** As in the unit file (packages/provisioning, roles/monitoring.ts). */
const V8_FLAGS = ["--max-semi-space-size=1", "--optimize-for-size"];

const cloud = await createHttpDouble(() => ({ status: 200, body: "[]" }));
let loadReadAtMs = 0;
const prometheus = await createHttpDouble(() => {
  // Each tick reads the load as it begins; the cloud's list is read once a second at most, so it tells nothing of ticks.
  loadReadAtMs = performance.now();
  return {
    status: 200,
    body: JSON.stringify({
      status: "success",
      data: {
        resultType: "vector",
        result: [{ metric: { server: "bench-ab12cd-seed" }, value: [Date.now() / 1000, "60"] }],
      },
    }),
  };
});
const backends = [
  { url: "http://127.0.0.1:3000", wanted: true, served: true, health: "up", openConnectionCount: 0 },
];
const lbAgent = await createHttpDouble(({ method }) => ({
  status: 200,
  body: JSON.stringify(
    method === "PUT"
      ? { generation: 1, acknowledgedAfterMs: 1 }
      : { wantedGeneration: 1, servedGeneration: 1, pools: [{ pool: "calc", backends }] },
  ),
}));

const directory = mkdtempSync(`${tmpdir()}/scaler-bench-`);
const pool = {
  pool: "calc",
  namePrefix: "bench-ab12cd",
  seed: { name: "bench-ab12cd-seed", vmUuid: "seed-uuid", privateIpv4: "127.0.0.1" },
  protectedVmUuids: ["seed-uuid"],
  servicePort: 3000,
  keepPublicIp: false,
  policy: {},
};
writeFileSync(`${directory}/pool.json`, JSON.stringify(pool));
bundleApp(`${import.meta.dirname}/..`, { "server.mjs": "./src/server.ts" }, `${directory}/release`);
const child = spawn(process.execPath, [...V8_FLAGS, `${directory}/release/server.mjs`], {
  stdio: ["ignore", "ignore", "inherit"],
  env: {
    LISTEN_PORT: String(PORT),
    CLOUD_API_URL: cloud.url,
    PROMETHEUS_URL: prometheus.url,
    LB_AGENT_URL: lbAgent.url,
    TARGETS_FILE: `${directory}/targets/service.json`,
    STATE_DIRECTORY: directory,
    POOL_FILE: `${directory}/pool.json`,
    CLOUD_API_KEY: "bench-key",
    LB_AGENT_TOKEN: "bench-agent",
    WEBHOOK_TOKEN: "bench-webhook",
    OPERATOR_TOKEN: "bench-operator",
  },
});

try {
  await pause(REST_MS);
  check("memory at rest (resident)", residentMb(child.pid), 120, "MB");

  const waits: number[] = [];
  for (let index = 0; index < ALERT_COUNT; index += 1) {
    await pause(700 + (index % 7) * 100); // further apart than the 250 ms that ticks keep in a flood
    const sentAtMs = performance.now();
    await fetch(`http://127.0.0.1:${PORT}/v1/alerts`, {
      method: "POST",
      headers: { authorization: "Bearer bench-webhook", "content-type": "application/json" },
      body: JSON.stringify({
        status: "firing",
        alerts: [{ status: "firing", labels: { alertname: "PoolLoadHigh" } }],
      }),
    });
    while (loadReadAtMs < sentAtMs) await pause(1);
    waits.push(loadReadAtMs - sentAtMs);
  }
  waits.sort((a, b) => a - b);
  check(
    "alert sent until the tick reads the load, p95",
    waits[Math.floor(ALERT_COUNT * 0.95)] ?? 0,
    50,
    "ms",
  );
} finally {
  child.kill("SIGTERM");
  await Promise.all([cloud.close(), prometheus.close(), lbAgent.close()]);
  rmSync(directory, { recursive: true });
}
report.exit();

function residentMb(pid: number | undefined): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return kib === undefined ? report.fail("the process is not there") : (Number(kib) * 1024) / 1_000_000;
}
