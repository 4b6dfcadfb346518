import { once } from "node:events";
import { rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { closeOnSignal, createLogger, readEnvironment, runMain } from "@autoscaler/service-kit";
import { Type } from "typebox";
import { insideSocket, parseTarget } from "./forwarding.ts";

const FIRST_LINE_DEADLINE_MS = 5_000;
const LONGEST_LINE_BYTES = 64;

const Variables = Type.Object({ LOCAL_CLOUD_STATE_DIRECTORY: Type.String() });

/** Runs inside the cloud's network: the only way in from the host, by a unix socket that only root can open. */
async function main(): Promise<void> {
  const { LOCAL_CLOUD_STATE_DIRECTORY: stateDirectory } = readEnvironment(Variables, process.env);
  const log = createLogger({ service: "forward-inside" });
  const path = insideSocket(stateDirectory);
  await rm(path, { force: true });
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: false }, serve);
  server.listen(path);
  await once(server, "listening");
  log.info({ event: "server.listening", path }, "listening");
  closeOnSignal(async () => void server.close(), { log, deadlineMs: 1_000 });
}

/** Reads the first line, connects, and hands on everything after it. */
function serve(client: Socket): void {
  let head = Buffer.alloc(0);
  client.setTimeout(FIRST_LINE_DEADLINE_MS, () => client.destroy());
  client.on("error", () => client.destroy());
  const read = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\n");
    if (end < 0 && head.length <= LONGEST_LINE_BYTES) return;
    client.off("data", read);
    client.pause();
    client.setTimeout(0);
    const target = parseTarget(head.subarray(0, Math.max(end, 0)).toString("latin1"));
    if (target === undefined) {
      client.destroy();
      return;
    }
    const server = connect({ ...target, allowHalfOpen: true });
    server.on("error", () => client.destroy());
    server.on("close", () => client.destroy());
    client.on("close", () => server.destroy());
    server.write(head.subarray(end + 1));
    client.pipe(server);
    server.pipe(client);
  };
  client.on("data", read);
}

await runMain(main);
