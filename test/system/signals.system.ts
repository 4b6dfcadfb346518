import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { findTool } from "@autoscaler/alerting/testing/promtool.ts";
import { renderDynamicFile } from "@autoscaler/lb-agent/dynamic-file.ts";
import { freePort } from "@autoscaler/lb-agent/testing/real-traefik.ts";
import { traefikConfiguration } from "@autoscaler/provisioning/roles/load-balancer.ts";
import { prometheusConfiguration } from "@autoscaler/provisioning/roles/monitoring.ts";
import { createPrometheusPort } from "@autoscaler/scaler-webhook/adapters/prometheus.ts";
import { latencyBuckets } from "@autoscaler/scaling-core";
import { systemClock } from "@autoscaler/service-kit";
import { parse } from "yaml";

/** As `npm start` has it: a window of four scrapes. */
const SCRAPE_SECONDS = 2;
const WINDOW_SECONDS = 4 * SCRAPE_SECONDS;
const LATENCY_TARGET_MS = 100;
const TOLERANCE_PERCENT = 15;

/** Shares of each processor's time, in percent; the rest is idle. */
interface Use {
  readonly user?: number;
  readonly iowait?: number;
  readonly steal?: number;
}

interface CpuCase {
  readonly name: string;
  readonly use: Use;
  readonly truth: number;
  readonly cpuCount?: number;
  /** What happens to the machine, half a minute after the start. */
  readonly event?: "idle-set-back" | "hot-plug" | "reboot" | "missed-scrapes";
}

const cpuCases: readonly CpuCase[] = [
  { name: "half-busy", use: { user: 50 }, truth: 50 },
  { name: "slow-disk", use: { user: 5, iowait: 90 }, truth: 5 },
  { name: "neighbours", use: { user: 5, steal: 60 }, truth: 65 },
  { name: "idle-set-back", use: { user: 90 }, truth: 90, event: "idle-set-back" },
  { name: "hot-plug", use: { user: 80 }, truth: 80, cpuCount: 1, event: "hot-plug" },
  { name: "reboot", use: { user: 60 }, truth: 60, event: "reboot" },
  { name: "missed-scrapes", use: { user: 70 }, truth: 70, event: "missed-scrapes" },
];

const children: ChildProcess[] = [];
const servers: Server[] = [];
let directory: string;

function run(tool: string, args: readonly string[]): ChildProcess {
  const child = spawn(findTool(tool), [...args], { stdio: "ignore", cwd: directory });
  children.push(child);
  return child;
}

async function answering(url: string): Promise<void> {
  for (;;) {
    const isThere = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isThere) return;
    await pause(50);
  }
}

/** A real node_exporter over a `/proc` that says what the case says. */
function startMachine({ name, use, cpuCount = 2, event }: CpuCase, port: number) {
  const proc = `${directory}/${name}`;
  mkdirSync(proc);
  const startedMs = performance.now();
  let [count, idleShiftSeconds, zeroMs] = [cpuCount, 0, startedMs - 1_000_000];
  const write = () => {
    const seconds = (performance.now() - zeroMs) / 1000;
    const line = (index: number | "") => {
      const since = index === "" || index < cpuCount ? seconds : (performance.now() - pluggedMs) / 1000;
      const { user = 0, iowait = 0, steal = 0 } = use;
      const ticks = (percent: number) => Math.round(since * percent);
      const idle = ticks(100 - user - iowait - steal) + (index === 0 ? idleShiftSeconds * 100 : 0);
      return `cpu${index} ${ticks(user)} 0 0 ${idle} ${ticks(iowait)} 0 0 ${ticks(steal)} 0 0`;
    };
    const lines = ["", ...Array.from({ length: count }, (_, index) => index)].map((index) =>
      line(index as number | ""),
    );
    writeFileSync(
      `${proc}/stat.new`,
      `${lines.join("\n")}\nintr 0\nctxt 0\nbtime 1\nprocesses 1\nprocs_running 1\nprocs_blocked 0\nsoftirq 0 0 0 0 0 0 0 0 0 0 0\n`,
    );
    renameSync(`${proc}/stat.new`, `${proc}/stat`);
    writeFileSync(`${proc}/meminfo`, "MemTotal: 2000000 kB\nMemFree: 300000 kB\nMemAvailable: 1094000 kB\n");
  };
  let pluggedMs = startedMs;
  write();
  const timer = setInterval(write, 50);
  const exporter = run("node_exporter", [
    `--web.listen-address=127.0.0.1:${port}`,
    `--path.procfs=${proc}`,
    "--collector.disable-defaults",
    "--collector.cpu",
    "--collector.meminfo",
  ]);
  return {
    stop: () => clearInterval(timer),
    happen: async () => {
      if (event === "idle-set-back") idleShiftSeconds = -10;
      if (event === "reboot") zeroMs = performance.now();
      if (event === "hot-plug") [count, pluggedMs] = [2, performance.now()];
      if (event === "missed-scrapes") {
        exporter.kill("SIGSTOP");
        await pause(2.5 * SCRAPE_SECONDS * 1000);
        exporter.kill("SIGCONT");
      }
    },
  };
}

/** Answers after `?ms=`; `/stream` is server-sent events for 6 s; an upgrade is held for 6 s. */
async function startService(): Promise<number> {
  const service = createServer((request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "/", "http://x");
    if (url.pathname === "/stream") {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: 1\n\n");
      setTimeout(() => response.end(), 6_000);
      return;
    }
    setTimeout(() => response.end("ok"), Number(url.searchParams.get("ms") ?? 0));
  });
  service.on("upgrade", (_request, socket) => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
    setTimeout(() => socket.destroy(), 6_000);
  });
  servers.push(service);
  const port = await freePort();
  service.listen(port, "127.0.0.1");
  await once(service, "listening");
  return port;
}

function startTraefik(
  webPort: number,
  apiPort: number,
  metricsPort: number,
  servicePort: number,
): ChildProcess {
  const buckets = latencyBuckets(LATENCY_TARGET_MS, TOLERANCE_PERCENT);
  const config = parse(traefikConfiguration({ privateIpv4: "127.0.0.1", latencyBuckets: buckets }));
  config.entryPoints.web.address = `127.0.0.1:${webPort}`;
  config.entryPoints.traefik.address = `127.0.0.1:${apiPort}`;
  config.entryPoints.metrics.address = `127.0.0.1:${metricsPort}`;
  config.providers.file.directory = `${directory}/dynamic`;
  mkdirSync(`${directory}/dynamic`, { recursive: true });
  const pools = [{ pool: "calc", backends: [`http://127.0.0.1:${servicePort}`] }];
  writeFileSync(`${directory}/dynamic/backends.yml`, renderDynamicFile({ generation: 1, pools }, "/"));
  writeFileSync(`${directory}/traefik.yml`, JSON.stringify(config));
  return run("traefik", [`--configfile=${directory}/traefik.yml`]);
}

/** Asks at a steady rate and keeps how long each answer took. */
function startClients(url: string, perSecond: number) {
  const answers: { readonly atMs: number; readonly tookMs: number }[] = [];
  const timer = setInterval(() => {
    const startMs = performance.now();
    get(url, (response) => {
      response.resume();
      response.on("end", () =>
        answers.push({ atMs: performance.now(), tookMs: performance.now() - startMs }),
      );
    }).on("error", () => undefined);
  }, 1000 / perSecond);
  return {
    stop: () => clearInterval(timer),
    /** Of the answers in the last window, as Prometheus has them: its last scrape is half an interval old. */
    truth() {
      const untilMs = performance.now() - 500 * SCRAPE_SECONDS;
      const recent = answers.filter(({ atMs }) => atMs <= untilMs && untilMs - atMs < WINDOW_SECONDS * 1000);
      const sorted = recent.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
      const p95Ms = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Number.NaN;
      return { p95Ms, perSecond: recent.length / WINDOW_SECONDS };
    },
  };
}

describe("the signals, as Traefik, node_exporter and Prometheus give them", () => {
  let webPort: number;
  let port: ReturnType<typeof createPrometheusPort>;
  let restartTraefik: () => Promise<void>;
  const machines = new Map<string, ReturnType<typeof startMachine>>();
  const table: string[] = [];

  beforeAll(async () => {
    directory = mkdtempSync(`${tmpdir()}/signals-`);
    const servicePort = await startService();
    webPort = await freePort();
    const [apiPort, metricsPort, prometheusPort] = [await freePort(), await freePort(), await freePort()];
    let traefik = startTraefik(webPort, apiPort, metricsPort, servicePort);
    restartTraefik = async () => {
      traefik.kill("SIGTERM");
      await once(traefik, "exit");
      traefik = startTraefik(webPort, apiPort, metricsPort, servicePort);
    };
    const targets: object[] = [];
    for (const each of cpuCases) {
      const machinePort = await freePort();
      machines.set(each.name, startMachine(each, machinePort));
      const labels = { pool: "calc", server: each.name, role: "clone" };
      targets.push({ targets: [`127.0.0.1:${machinePort}`], labels });
    }
    writeFileSync(`${directory}/targets.json`, JSON.stringify(targets));
    const settings = {
      loadBalancer: { name: "lb", privateIpv4: "127.0.0.1" },
      monitorName: "monitor",
      privateIpv4: "127.0.0.1",
      scrapeIntervalSeconds: SCRAPE_SECONDS,
      alerting: {},
    };
    const config = parse(prometheusConfiguration(settings));
    const jobs: { job_name: string }[] = config.scrape_configs;
    const wanted = jobs.flatMap((job): object[] => {
      if (job.job_name === "service")
        return [{ ...job, file_sd_configs: [{ files: [`${directory}/targets.json`] }] }];
      const traefikTargets = [{ targets: [`127.0.0.1:${metricsPort}`] }];
      return job.job_name === "traefik" ? [{ ...job, static_configs: traefikTargets }] : [];
    });
    writeFileSync(`${directory}/prometheus.yml`, JSON.stringify({ ...config, scrape_configs: wanted }));
    run("prometheus", [
      `--config.file=${directory}/prometheus.yml`,
      `--storage.tsdb.path=${directory}/data`,
      `--web.listen-address=127.0.0.1:${prometheusPort}`,
    ]);
    port = createPrometheusPort({
      url: `http://127.0.0.1:${prometheusPort}`,
      pool: "calc",
      windowSeconds: WINDOW_SECONDS,
      clock: systemClock,
      signals: { memoryPercent: 60, requestsPerSecond: 10, latencyP95Ms: LATENCY_TARGET_MS },
    });
    await answering(`http://127.0.0.1:${prometheusPort}/-/ready`);
    await answering(`http://127.0.0.1:${webPort}/`);
    await pause(3 * WINDOW_SECONDS * 1000);
  }, 120_000);

  afterAll(async () => {
    for (const machine of machines.values()) machine.stop();
    for (const child of children)
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    process.stdout.write(`${table.join("\n")}\n`);
    await pause(500);
    rmSync(directory, { recursive: true, force: true });
  });

  const row = (signal: string, when: string, truth: number, read: string) =>
    table.push(`| ${signal} | ${when} | ${Math.round(truth * 10) / 10} | ${read} |`);

  it("CPU: within a tenth of the truth, or missing, whatever happens to the machine", async () => {
    const readings = new Map<string, (number | "missing")[]>(cpuCases.map(({ name }) => [name, []]));
    const events = Promise.all(
      cpuCases.map(async ({ name }) => {
        await pause(4_000);
        await machines.get(name)?.happen();
      }),
    );
    for (let second = 0; second < 30; second += 1) {
      const loads = await port.read();
      for (const [name, all] of readings) {
        const reading = loads.get(name);
        all.push(reading?.kind === "fresh" ? reading.percent : "missing");
      }
      await pause(1_000);
    }
    await events;
    for (const { name, truth } of cpuCases) {
      const all = readings.get(name) ?? [];
      const numbers = all.flatMap((reading) => (reading === "missing" ? [] : [reading]));
      const missingCount = all.length - numbers.length;
      const said = `${Math.min(...numbers).toFixed(1)} to ${Math.max(...numbers).toFixed(1)}, missing ${missingCount} of 30 s`;
      row("CPU, %", name, truth, said);
      expect({ name, worst: Math.max(...numbers.map((number) => Math.abs(number - truth) / truth)) }).toEqual(
        {
          name,
          worst: expect.closeTo(0, 0),
        },
      );
      for (const number of numbers) expect(errorOf(number, truth)).toBeLessThanOrEqual(0.1);
      expect(missingCount).toBeLessThanOrEqual(12);
    }
  }, 120_000);

  it("memory: what is not available", async () => {
    const { memoryPercent } = await port.readSignals();
    const reading = typeof memoryPercent === "object" ? memoryPercent.get("half-busy") : undefined;
    const percent = reading?.kind === "fresh" ? reading.percent : Number.NaN;
    row("memory, %", "906 of 2000 MB not available", 45.3, percent.toFixed(1));
    expect(percent).toBeCloseTo(45.3, 1);
  });

  it.each([
    { when: "20/s of half the target", ms: 50, perSecond: 20 },
    { when: "20/s of the target", ms: 100, perSecond: 20 },
    { when: "20/s of twice the target", ms: 200, perSecond: 20 },
    { when: "5/s, ten streams and ten WebSockets of 6 s beside them", ms: 60, perSecond: 5, streams: 10 },
  ])(
    "latency and requests: $when",
    async ({ when, ms, perSecond, streams = 0 }) => {
      const base = `http://127.0.0.1:${webPort}`;
      const hold = (headers: Record<string, string>, path: string) =>
        get(`${base}${path}`, { headers, agent: false }, (response) => response.resume())
          .on("upgrade", (_response, socket) => socket.resume())
          .on("error", () => undefined);
      const open = () => {
        for (let stream = 0; stream < streams; stream += 1) {
          hold({ accept: "text/event-stream" }, "/stream");
          hold({ connection: "Upgrade", upgrade: "websocket" }, "/socket");
        }
      };
      const opening = setInterval(open, 6_500);
      open();
      await pause(WINDOW_SECONDS * 1000 + 2_000); // what went before has left the window
      const clients = startClients(`${base}/work?ms=${ms}`, perSecond);
      await pause(2 * WINDOW_SECONDS * 1000 + 2_000);
      const signals = await port.readSignals();
      const latencyP95Ms = Number(signals.latencyP95Ms);
      const requestsPerSecond = Number(signals.requestsPerSecond);
      const truth = clients.truth();
      clients.stop();
      clearInterval(opening);

      row("latency p95, ms", when, truth.p95Ms, latencyP95Ms.toFixed(1));
      expect(errorOf(latencyP95Ms, truth.p95Ms)).toBeLessThanOrEqual(0.1);
      if (streams > 0) return;
      row("requests/s", when, truth.perSecond, requestsPerSecond.toFixed(1));
      expect(errorOf(requestsPerSecond, truth.perSecond)).toBeLessThanOrEqual(0.1);
    },
    120_000,
  );

  it("requests: a restart of Traefik gives no burst and no lull, but a window without a reading", async () => {
    const clients = startClients(`http://127.0.0.1:${webPort}/work?ms=20`, 20);
    await pause(WINDOW_SECONDS * 1000);
    await restartTraefik();
    const read: { readonly perSecond: number; readonly truth: number }[] = [];
    for (let second = 0; second < 16; second += 1) {
      const { requestsPerSecond } = await port.readSignals();
      const truth = clients.truth().perSecond;
      if (typeof requestsPerSecond === "number") read.push({ perSecond: requestsPerSecond, truth });
      await pause(1_000);
    }
    clients.stop();
    const range = read.map(({ perSecond }) => perSecond.toFixed(1)).join(", ");
    row("requests/s", "Traefik restarts", 20, `${range}, missing ${16 - read.length} of 16 s`);
    for (const { perSecond, truth } of read) expect(errorOf(perSecond, truth)).toBeLessThanOrEqual(0.1);
    expect(read.length).toBeGreaterThan(3);
  }, 120_000);
});

function errorOf(read: number, truth: number): number {
  return Math.abs(read - truth) / truth;
}
