import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { serve } from "@autoscaler/service-kit/testing/serve.ts";

describe("server.ts as a process", () => {
  jest.setTimeout(30_000);
  let child: ChildProcess | undefined;

  afterEach(() => {
    child?.kill("SIGKILL");
  });

  it("calculates in its thread, and on SIGTERM answers what is inside before it exits 0", async () => {
    const port = await freePort();
    child = start({ PORT: String(port), HOST: "127.0.0.1", DRAIN_NOTICE_SECONDS: "0" });
    await listening(child);
    const url = `http://127.0.0.1:${port}/calculate`;
    const body = JSON.stringify({ number: 13 });
    const headers = { "content-type": "application/json" };
    const send = () => fetch(url, { method: "POST", headers, body }).then(({ status }) => status);
    const statuses = Array.from({ length: 12 }, send);
    await queued(port);
    child.kill("SIGTERM");
    const [code] = await once(child, "exit");

    expect(await Promise.all(statuses)).toEqual(Array(12).fill(200));
    expect(code).toBe(0);
  });

  it("lists every configuration problem at once and exits 2", async () => {
    child = start({ PORT: "70000", WORKER_COUNT: "none" });
    const text = readAll(child.stderr);
    const [code] = await once(child, "exit");

    expect(code).toBe(2);
    expect(await text).toContain("PORT must be a whole number from 1 to 65535");
    expect(await text).toContain("WORKER_COUNT must be a whole number from 1 to 64");
  });
});

function start(environment: Readonly<Record<string, string>>): ChildProcess {
  return spawn(process.execPath, [`${__dirname}/server.ts`], {
    env: { PATH: process.env["PATH"], ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Reads on to the end: a closed pipe would end the process at its next log line. */
function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.stdout?.on("data", (chunk) => {
      if (String(chunk).includes("Server listening")) resolve();
    });
  });
}

/** Resolves while at least two of the calculations wait behind the one that runs. */
async function queued(port: number): Promise<void> {
  for (;;) {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    if (Number(/^calc_queue_depth (\d+)$/m.exec(text)?.[1]) >= 2) return;
  }
}

async function readAll(stream: AsyncIterable<unknown> | null): Promise<string> {
  let text = "";
  for await (const chunk of stream ?? []) text += String(chunk);
  return text;
}

async function freePort(): Promise<number> {
  const { port, close } = await serve(() => undefined);
  await close();
  return port;
}
