import { mkdir } from "node:fs/promises";
import {
  closeOnSignal,
  createLogger,
  runMain,
  systemClock,
  writeFileAtomically,
} from "@autoscaler/service-kit";
import { startAgent } from "./agent.ts";
import { buildApp } from "./app.ts";
import { parseConfig } from "./config.ts";
import { readConnections } from "./connections.ts";
import { renderDynamicFile } from "./dynamic-file.ts";
import { createMetrics } from "./metrics.ts";
import { createStateFile } from "./state-file.ts";
import { createTraefik } from "./traefik.ts";

await runMain(async () => {
  const config = parseConfig(process.env);
  const log = createLogger({ service: "lb-agent" });
  const metrics = createMetrics();
  await mkdir(config.dynamicDirectory, { recursive: true });

  const agent = await startAgent(config, {
    clock: systemClock,
    log,
    metrics,
    state: createStateFile({ directory: config.stateDirectory, allowed: config.allowed, log }),
    traefik: createTraefik({ apiUrl: config.traefikApiUrl, timeoutMs: 1000 }),
    writeDynamicFile: (wanted) =>
      writeFileAtomically(
        `${config.dynamicDirectory}/backends.yml`,
        renderDynamicFile(wanted, config.healthPath),
        {
          stagingDirectory: `${config.stateDirectory}/staging`, // any event in the watched directory makes Traefik reload
          mode: 0o644,
        },
      ),
    readConnections: () => readConnections(),
  });

  const app = buildApp({ agent, metrics, token: config.token, log });
  closeOnSignal(() => app.close(), { log, deadlineMs: 30_000 });
  await app.listen({ host: config.listenHost, port: config.listenPort });
});
