import { once } from "node:events";
import { closeOnSignal, createLogger, readEnvironment, runMain } from "@autoscaler/service-kit";
import { MIRROR_ADDRESS } from "../network/addresses.ts";
import { createMirror } from "./mirror-server.ts";

async function main(): Promise<void> {
  const config = readEnvironment(process.env, (env) => ({
    directory: env.text("MIRROR_DIRECTORY"),
    host: env.text("MIRROR_LISTEN_HOST", { fallback: MIRROR_ADDRESS }),
    port: env.integer("MIRROR_LISTEN_PORT", { min: 0, max: 65_535, fallback: 80 }),
  }));
  const log = createLogger({ service: "mirror" });
  const server = createMirror(config.directory);
  server.listen(config.port, config.host);
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
