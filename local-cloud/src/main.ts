import {
  ConfigurationError,
  closeOnSignal,
  createLogger,
  fieldOf,
  type Logger,
  readEnvironment,
  runMain,
  systemClock,
  variable,
} from "@autoscaler/service-kit";
import { Type } from "typebox";
import { createLocalCloud, type LocalCloud } from "./local-cloud.ts";
import type { MachineDriver } from "./machines/driver.ts";
import { createNoneDriver } from "./machines/none.ts";
import { fastSettings, realisticSettings } from "./settings/settings.ts";
import { parseSwitches } from "./settings/switches.ts";

/** Of the first account; ten digits of the form that IDCloudHost uses. */
const BILLING_ACCOUNT_ID = 1_200_000_001;
const CLOSE_DEADLINE_MS = 20_000;

const Variables = Type.Object({
  LOCAL_CLOUD_LISTEN_HOST: Type.String({ default: "198.51.100.1" }),
  LOCAL_CLOUD_LISTEN_PORT: variable.portOrAny(80),
  LOCAL_CLOUD_DRIVER: Type.Enum(["none", "nspawn"], { default: "none" }),
  LOCAL_CLOUD_LATENCY: Type.Enum(["fast", "realistic"], { default: "fast" }),
  LOCAL_CLOUD_STATE_DIRECTORY: Type.String(),
  LOCAL_CLOUD_API_KEY: Type.String({
    pattern: "^[\\x21-\\x2b\\x2d-\\x7e]{8,}(,[\\x21-\\x2b\\x2d-\\x7e]{8,})*$",
    allowed: "eight or more printable characters; several keys, of an account each, with commas between",
  }),
  LOCAL_CLOUD_SWITCHES: Type.String({ default: "{}" }),
  LOCAL_CLOUD_LOG_LEVEL: variable.logLevel,
});

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
    const code = fieldOf(error, "code");
    if (code !== "EADDRINUSE" && code !== "EADDRNOTAVAIL" && code !== "EACCES") throw error;
    const variables = "LOCAL_CLOUD_LISTEN_HOST and LOCAL_CLOUD_LISTEN_PORT";
    throw new ConfigurationError([
      `${at.host}:${at.port} cannot be listened on (${code}); change ${variables}`,
    ]);
  }
}

async function main(): Promise<void> {
  const config = readEnvironment(Variables, process.env);
  const { LOCAL_CLOUD_STATE_DIRECTORY: stateDirectory, LOCAL_CLOUD_LATENCY: latency } = config;
  const log = createLogger({ service: "local-cloud", level: config.LOCAL_CLOUD_LOG_LEVEL });
  const driver = await createDriver(config.LOCAL_CLOUD_DRIVER, stateDirectory, log);
  const cloud = createLocalCloud({
    driver,
    clock: systemClock,
    settings: parseSwitches(
      config.LOCAL_CLOUD_SWITCHES,
      latency === "realistic" ? realisticSettings : fastSettings,
    ),
    accounts: config.LOCAL_CLOUD_API_KEY.split(",").map((apiKey, index) => ({
      apiKey,
      billingAccountId: BILLING_ACCOUNT_ID + index,
    })),
    log,
    stateFile: `${stateDirectory}/cloud.json`,
  });
  const address = await listen(cloud, {
    host: config.LOCAL_CLOUD_LISTEN_HOST,
    port: config.LOCAL_CLOUD_LISTEN_PORT,
  });
  log.info({ event: "server.listening", address, driver: driver.name, latency }, "listening");
  const close = async () => {
    await cloud.close();
    await driver.close();
  };
  closeOnSignal(close, { log, deadlineMs: CLOSE_DEADLINE_MS });
}

await runMain(main);
