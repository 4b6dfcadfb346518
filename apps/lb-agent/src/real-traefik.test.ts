import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { startTestAgent } from "./testing/agent-setup.ts";
import { findTraefik, freePort, type RealTraefik, startTraefik } from "./testing/real-traefik.ts";

const binary = findTraefik();
const describeWithTraefik = binary === undefined ? describe.skip : describe;
if (binary === undefined) {
  process.stderr.write(
    "skipped: no traefik binary (set AUTOSCALER_TRAEFIK, or run npm start once to fill the cache)\n",
  );
}

describeWithTraefik("lb-agent with the real Traefik", () => {
  jest.setTimeout(60_000);
  const hosts = ["127.0.0.2", "127.0.0.3", "127.0.0.4"];
  let directory: string;
  let port: number;
  let traefik: RealTraefik;
  let backends: readonly Backend[];

  beforeEach(async () => {
    directory = await mkdtemp(`${tmpdir()}/lb-agent-traefik-`);
    port = await freePort();
    traefik = await startTraefik(binary ?? "", directory);
    backends = await Promise.all(hosts.map((host) => startBackend(host, port)));
  });
  afterEach(async () => {
    await traefik.close();
    await Promise.all(backends.map(({ close }) => close()));
    await rm(directory, { recursive: true });
  });

  it("serves what it acknowledged: the very next request meets the new backends", async () => {
    const { put, get } = await startAgentHere(url(0));
    for (const [round, at] of [0, 1, 2, 0, 1].entries()) {
      const response = await put(round + 1, [url(at)]);

      expect(response.json()).toEqual({ generation: round + 1, acknowledgedAfterMs: expect.any(Number) });
      expect(await whoAnswers()).toBe(hosts[at]);
    }
    expect((await get()).json()).toMatchObject({
      wantedGeneration: 5,
      servedGeneration: 5,
      pools: [
        {
          pool: "calc",
          backends: expect.arrayContaining([expect.objectContaining({ url: url(1), served: true })]),
        },
      ],
    });
  });

  it("loses no request while backends come and go, and sees the leaving one drain", async () => {
    const { put, get } = await startAgentHere(url(0));
    await put(1, [url(0), url(1), url(2)]);
    const load = startLoad();

    for (let generation = 2; generation < 12; generation += 1) {
      const list = generation % 2 === 0 ? [url(0)] : [url(0), url(1), url(2)];
      expect((await put(generation, list)).statusCode).toBe(200);
      const answeredBefore = backends.map(({ requestCount }) => requestCount());
      await pause(150);
      const grown = backends.map(({ requestCount }, at) => requestCount() > (answeredBefore[at] ?? 0));
      expect(grown).toEqual([true, generation % 2 === 1, generation % 2 === 1]);
    }
    await put(12, [url(0)]);
    const leaving = async () =>
      (await get()).json().pools[0].backends.filter(({ wanted }: { wanted: boolean }) => !wanted);
    while ((await leaving()).length > 0) await pause(50);
    await backends[1]?.close();
    await pause(300);

    const { sentCount, failures } = await load.stop();
    expect(failures).toEqual([]);
    expect(sentCount).toBeGreaterThan(100);
  });

  it("answers 504 while Traefik is down, and Traefik takes it up when it is back", async () => {
    const { put, get } = await startAgentHere(url(0), 300);
    await put(1, [url(0)]);
    await traefik.close();

    const response = await put(2, [url(1)]);
    expect([response.statusCode, response.json().code]).toEqual([504, "NOT_ACKNOWLEDGED"]);
    expect((await get()).statusCode).toBe(503);

    traefik = await startTraefik(binary ?? "", directory);
    const again = await startAgentHere(url(0));
    expect((await again.put(2, [url(1)])).statusCode).toBe(200);
    expect(await whoAnswers()).toBe(hosts[1]);
  });

  function url(at: number): string {
    return `http://${hosts[at]}:${port}`;
  }

  function startAgentHere(seedUrl: string, acknowledgeTimeoutMs = 5000) {
    const traefikApiUrl = traefik.apiUrl;
    return startTestAgent({
      traefikApiUrl,
      directory,
      network: "127.0.0.0/8",
      port,
      seedUrl,
      acknowledgeTimeoutMs,
    });
  }

  async function whoAnswers(): Promise<string> {
    return (await fetch(`${traefik.webUrl}/who`)).text();
  }

  /** Twelve clients that send without a pause, each answer taking the backend 20 ms. */
  function startLoad() {
    let running = true;
    let sentCount = 0;
    const failures: string[] = [];
    const client = async () => {
      while (running) {
        sentCount += 1;
        await fetch(`${traefik.webUrl}/calculate`, { method: "POST", body: "x" }).then(
          async (response) => {
            await response.text();
            if (!response.ok) failures.push(String(response.status));
          },
          (error: unknown) => failures.push(String(error)),
        );
      }
    };
    const clients = Promise.all(Array.from({ length: 12 }, client));
    return {
      stop: async () => {
        running = false;
        await clients;
        return { sentCount, failures };
      },
    };
  }
});

interface Backend {
  readonly requestCount: () => number;
  readonly close: () => Promise<void>;
}

/** Answers its own address; health checks are not counted. */
async function startBackend(host: string, port: number): Promise<Backend> {
  let requestCount = 0;
  const server: Server = createServer((request, response) => {
    if (request.url === "/healthz") return void response.end("ok");
    requestCount += 1;
    setTimeout(() => response.end(host), 20);
  }).listen(port, host);
  await once(server, "listening");
  return {
    requestCount: () => requestCount,
    close: async () => {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
