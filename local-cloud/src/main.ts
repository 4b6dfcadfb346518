import {
  ConfigurationError,
  closeOnSignal,
  createLogger,
  type Environment,
  type Logger,
  readEnvironment,
  runMain,
  systemClock,
} from "@autoscaler/service-kit";
import { createLocalCloud, type LocalCloud } from "./local-cloud.ts";
import type { MachineDriver } from "./machines/driver.ts";
import { createNoneDriver } from "./machines/none.ts";
import { fastSettings, realisticSettings } from "./settings/settings.ts";
import { parseSwitches } from "./settings/switches.ts";

/** Of the first account; ten digits of the form that IDCloudHost uses. */
const BILLING_ACCOUNT_ID = 1_200_000_001;
const CLOSE_DEADLINE_MS = 20_000;

function readConfig(environment: Environment) {
  return readEnvironment(environment, (env) => ({
    host: env.text("LOCAL_CLOUD_LISTEN_HOST", { fallback: "198.51.100.1" }),
    port: env.integer("LOCAL_CLOUD_LISTEN_PORT", { min: 0, max: 65_535, fallback: 80 }),
    driver: env.text("LOCAL_CLOUD_DRIVER", {
      fallback: "none",
      pattern: /^(none|nspawn)$/,
      shape: "none or nspawn",
    }),
    latency: env.text("LOCAL_CLOUD_LATENCY", {
      fallback: "fast",
      pattern: /^(fast|realistic)$/,
      shape: "fast or realistic",
    }),
    stateDirectory: env.text("LOCAL_CLOUD_STATE_DIRECTORY"),
    apiKeys: env
      .text("LOCAL_CLOUD_API_KEY", {
        pattern: /^[\x21-\x2b\x2d-\x7e]{8,}(,[\x21-\x2b\x2d-\x7e]{8,})*$/,
        shape: "eight or more printable characters; several keys, of an account each, with commas between",
      })
      .split(","),
    switches: env.text("LOCAL_CLOUD_SWITCHES", { fallback: "{}" }),
    logLevel: env.text("LOCAL_CLOUD_LOG_LEVEL", { fallback: "info" }),
  }));
}

async function createDriver(name: string, stateDirectory: string, log: Logger): Promise<MachineDriver> {
  if (name === "none") return createNoneDriver();
  const { createNspawnDriver } = await import("./machines/nspawn.ts");
  return createNspawnDriver({ stateDirectory, log });
}

async function listen(
  cloud: LocalCloud,
  at: { readonly host: string; readonly port: number },
): Promise<string> {
  try {
    return await cloud.app.listen(at);
  } catch (error) {
    const code: unknown = Reflect.get(Object(error), "code");
    if (code !== "EADDRINUSE" && code !== "EADDRNOTAVAIL" && code !== "EACCES") throw error;
    const variables = "LOCAL_CLOUD_LISTEN_HOST and LOCAL_CLOUD_LISTEN_PORT";
    throw new ConfigurationError([
      `${at.host}:${at.port} cannot be listened on (${code}); change ${variables}`,
    ]);
  }
}

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLogger({ service: "local-cloud", level: config.logLevel });
  const driver = await createDriver(config.driver, config.stateDirectory, log);
  const cloud = createLocalCloud({
    driver,
    clock: systemClock,
    settings: parseSwitches(
      config.switches,
      config.latency === "realistic" ? realisticSettings : fastSettings,
    ),
    accounts: config.apiKeys.map((apiKey, index) => ({
      apiKey,
      billingAccountId: BILLING_ACCOUNT_ID + index,
    })),
    log,
    stateFile: `${config.stateDirectory}/cloud.json`,
  });
  const address = await listen(cloud, config);
  log.info({ event: "server.listening", address, driver: driver.name, latency: config.latency }, "listening");
  const close = async () => {
    await cloud.close();
    await driver.close();
  };
  closeOnSignal(close, { log, deadlineMs: CLOSE_DEADLINE_MS });
}

await runMain(main);
