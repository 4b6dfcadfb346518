import { once } from "node:events";
import { rm } from "node:fs/promises";
import type { AddressInfo, Server, Socket } from "node:net";
import { createServer } from "node:net";
import {
  closeOnSignal,
  createLogger,
  HttpError,
  httpServerDefaults,
  readEnvironment,
  runMain,
  useErrorBodies,
} from "@autoscaler/service-kit";
import Fastify, { type FastifyInstance } from "fastify";
import { Type } from "typebox";
import { connectInside, controlSocket, type Forward } from "./forwarding.ts";

const Variables = Type.Object({ LOCAL_CLOUD_STATE_DIRECTORY: Type.String() });

interface OpenForward extends Forward {
  readonly server: Server;
}

const target = {
  type: "object",
  required: ["host", "port"],
  additionalProperties: false,
  properties: {
    host: { type: "string", pattern: "^\\d{1,3}(\\.\\d{1,3}){3}$" },
    port: { type: "integer", minimum: 1, maximum: 65_535 },
  },
} as const;

/** Runs on the host: TCP ports of 127.0.0.1 that lead into the cloud's network, changed over a unix socket. */
function buildForwarder(stateDirectory: string): FastifyInstance {
  const app = Fastify({ ...httpServerDefaults, logger: false });
  const open = new Map<number, OpenForward>();
  useErrorBodies(app);

  const view = ({ hostPort: port, host, port: inner }: OpenForward): Forward => ({
    hostPort: port,
    host,
    port: inner,
  });
  const close = async (forward: OpenForward) => {
    open.delete(forward.hostPort);
    forward.server.close();
  };

  app.get("/forwards", async () => [...open.values()].map(view));
  app.put<{ Params: { hostPort: string }; Body: { host: string; port: number } }>(
    "/forwards/:hostPort",
    {
      schema: {
        params: { type: "object", properties: { hostPort: { type: "string", pattern: "^\\d{1,5}$" } } },
        body: target,
      },
    },
    async ({ params, body }) => {
      const wanted = Number(params.hostPort);
      if (wanted > 65_535) throw new HttpError(400, "PORT_INVALID", "a port is at most 65535");
      const present = open.get(wanted);
      if (present !== undefined) await close(present);
      const server = createServer({ allowHalfOpen: true }, (client) =>
        join(client, connectInside(stateDirectory, body)),
      );
      const actual = await listen(server, wanted);
      const forward: OpenForward = { hostPort: actual, ...body, server };
      open.set(actual, forward);
      return view(forward);
    },
  );
  return app;
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    throw new HttpError(
      409,
      "PORT_TAKEN",
      `port ${port} of 127.0.0.1 is taken or not allowed: choose another`,
    );
  }
  return (server.address() as AddressInfo).port;
}

function join(client: Socket, inside: Socket): void {
  client.on("error", () => inside.destroy());
  inside.on("error", () => client.destroy());
  client.on("close", () => inside.destroy());
  inside.on("close", () => client.destroy());
  client.pipe(inside);
  inside.pipe(client);
}

async function main(): Promise<void> {
  const { LOCAL_CLOUD_STATE_DIRECTORY: stateDirectory } = readEnvironment(Variables, process.env);
  const log = createLogger({ service: "forward-host" });
  const app = buildForwarder(stateDirectory);
  await rm(controlSocket(stateDirectory), { force: true });
  await app.listen({ path: controlSocket(stateDirectory) });
  log.info({ event: "server.listening" }, "listening");
  closeOnSignal(() => app.close(), { log, deadlineMs: 1_000 });
}

await runMain(main);
