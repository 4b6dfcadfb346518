import { once } from "node:events";
import { createServer } from "node:http";
import type { WantedBackends } from "../wanted-backends.ts";

export interface FakeTraefikApi {
  readonly url: string;
  /** Answers as Traefik does while it serves these backends, with the health given by URL. */
  serve(wanted: WantedBackends, health?: Readonly<Record<string, string>>): void;
  /** Answers every request with this instead. */
  answer(status: number, body: string): void;
  readonly requestCount: () => number;
  close(): Promise<void>;
}

/** The one route of Traefik's API that the agent reads, over real HTTP. */
export async function startFakeTraefikApi(): Promise<FakeTraefikApi> {
  let status = 200;
  let body = "{}";
  let requestCount = 0;
  const server = createServer((request, response) => {
    requestCount += 1;
    const known = request.url === "/api/rawdata";
    response.writeHead(known ? status : 404, { "content-type": "application/json" }).end(known ? body : "{}");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the fake has no port");

  return {
    url: `http://127.0.0.1:${address.port}`,
    serve(wanted, health = {}) {
      status = 200;
      body = JSON.stringify(rawData(wanted, health));
    },
    answer(newStatus, newBody) {
      status = newStatus;
      body = newBody;
    },
    requestCount: () => requestCount,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function rawData(wanted: WantedBackends, health: Readonly<Record<string, string>>) {
  return {
    routers: {},
    middlewares: {
      [`generation-${wanted.generation}@file`]: { status: "enabled" },
      "dashboard_redirect@internal": { status: "enabled" },
    },
    services: {
      "api@internal": { status: "enabled" },
      ...Object.fromEntries(
        wanted.pools.map(({ pool, backends }) => [
          `${pool}@file`,
          { loadBalancer: { servers: backends.map((url) => ({ url })) }, serverStatus: health },
        ]),
      ),
    },
  };
}
