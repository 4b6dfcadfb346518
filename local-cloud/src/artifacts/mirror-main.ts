import { once } from "node:events";
import { closeOnSignal, createLogger, readEnvironment, runMain, variable } from "@autoscaler/service-kit";
import { Type } from "typebox";
import { MIRROR_ADDRESS } from "../network/addresses.ts";
import { createMirror } from "./mirror-server.ts";

const Variables = Type.Object({
  MIRROR_DIRECTORY: Type.String(),
  MIRROR_LISTEN_HOST: Type.String({ default: MIRROR_ADDRESS }),
  MIRROR_LISTEN_PORT: variable.portOrAny(80),
});

async function main(): Promise<void> {
  const config = readEnvironment(Variables, process.env);
  const log = createLogger({ service: "mirror" });
  const server = createMirror(config.MIRROR_DIRECTORY);
  server.listen(config.MIRROR_LISTEN_PORT, config.MIRROR_LISTEN_HOST);
  await once(server, "listening");
  log.info({ event: "server.listening", address: server.address() }, "listening");
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  closeOnSignal(close, { log, deadlineMs: 5_000 });
}

await runMain(main);
