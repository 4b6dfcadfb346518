import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, statSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { homedir } from "node:os";

export interface RealTraefik {
  readonly apiUrl: string;
  /** The entry point `web`. */
  readonly webUrl: string;
  readonly dynamicDirectory: string;
  close(): Promise<void>;
}

/** The binary named by `AUTOSCALER_TRAEFIK`, else one in the per-user cache, else undefined. */
export function findTraefik(): string | undefined {
  const named = process.env["AUTOSCALER_TRAEFIK"];
  if (named !== undefined && named !== "") return named;
  const cache = `${process.env["XDG_CACHE_HOME"] ?? `${homedir()}/.cache`}/idcloudhost-autoscaler`;
  const patterns = ["traefik", "*/traefik", "*/*/traefik", "*/*/*/traefik"]; // not the whole tree: it holds disk images
  return globSync(patterns, { cwd: cache })
    .map((path) => `${cache}/${path}`)
    .find((path) => statSync(path).isFile());
}

/** Starts Traefik on free loopback ports with the static settings that the agent relies on. */
export async function startTraefik(binary: string, directory: string): Promise<RealTraefik> {
  const [webPort, apiPort] = [await freePort(), await freePort()];
  const dynamicDirectory = `${directory}/dynamic`;
  await mkdir(dynamicDirectory, { recursive: true });
  const config = {
    global: { checkNewVersion: false, sendAnonymousUsage: false },
    entryPoints: {
      web: { address: `127.0.0.1:${webPort}` },
      traefik: { address: `127.0.0.1:${apiPort}` },
    },
    providers: { providersThrottleDuration: "200ms", file: { directory: dynamicDirectory, watch: true } },
    api: { insecure: true },
    ping: {},
    log: { level: "ERROR" },
  };
  await writeFile(`${directory}/traefik.yml`, JSON.stringify(config)); // JSON is YAML
  const child = spawn(binary, [`--configfile=${directory}/traefik.yml`], { stdio: "ignore" });
  const apiUrl = `http://127.0.0.1:${apiPort}`;
  await answering(`${apiUrl}/ping`, child);
  return {
    apiUrl,
    webUrl: `http://127.0.0.1:${webPort}`,
    dynamicDirectory,
    async close() {
      if (child.exitCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const ready = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Traefik ended with code ${child.exitCode}`);
}
