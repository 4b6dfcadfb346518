/**
 * How long `PUT /v1/backends` takes until the real Traefik serves it. Bound: p95 <= 500 ms.
 * Run: `AUTOSCALER_TRAEFIK=... node apps/lb-agent/bench/put-until-served.ts`
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { startTestAgent } from "@autoscaler/lb-agent/testing/agent-setup.ts";
import { findTraefik, startTraefik } from "@autoscaler/lb-agent/testing/real-traefik.ts";

const BOUND_MS = 500;
const ROUND_COUNT = 60;

const binary = findTraefik();
if (binary === undefined) throw new Error("set AUTOSCALER_TRAEFIK to a traefik binary");
const directory = await mkdtemp(`${tmpdir()}/lb-agent-bench-`);
const traefik = await startTraefik(binary, directory);
const { put } = await startTestAgent({
  traefikApiUrl: traefik.apiUrl,
  directory,
  network: "127.0.0.0/8",
  port: 9,
});

let generation = 0;
let withinBound = true;
for (const { label, pauseMs } of [
  { label: "one now and then", pauseMs: 400 },
  { label: "one after the other", pauseMs: 0 },
]) {
  const timesMs: number[] = [];
  for (let round = 0; round < ROUND_COUNT; round += 1) {
    generation += 1;
    const startMs = performance.now();
    const { statusCode } = await put(generation, [`http://127.0.0.${(generation % 250) + 1}:9`]);
    if (statusCode !== 200) throw new Error(`PUT answered ${statusCode}`);
    timesMs.push(performance.now() - startMs);
    await pause(pauseMs);
  }
  timesMs.sort((a, b) => a - b);
  const at = (share: number) => Math.round(timesMs[Math.ceil(share * timesMs.length) - 1] ?? 0);
  process.stdout.write(
    `${label}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, max ${at(1)} ms (bound ${BOUND_MS} ms)\n`,
  );
  withinBound &&= at(0.95) <= BOUND_MS;
}
await traefik.close();
await rm(directory, { recursive: true });
process.exitCode = withinBound ? 0 : 1;
