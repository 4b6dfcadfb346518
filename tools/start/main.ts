import { styleText } from "node:util";
import { DEFAULT_INSTANCE } from "@autoscaler/local-cloud/machines/nspawn/instance.ts";
import { fieldOf, runMain } from "@autoscaler/service-kit";
import { argument } from "@autoscaler/service-kit/argument.ts";
import { Command } from "commander";
import { Type } from "typebox";
import { runStart } from "./run-start.ts";

/** 0: a free one. */
const port = argument(Type.Integer({ minimum: 0, maximum: 65_535 }));

const command = new Command("npm start --")
  .description(
    "Stands the whole stack up on the local cloud, puts it under load, shows it scale, writes report/. In a terminal it stays up until Ctrl-C; without one it takes everything down and exits 0 when the pool scaled without a failed request.",
  )
  .option("--no-ramp", "no load test: only stand the stack up")
  .option("--quick", "a show of two minutes: the load comes as one step, and the pool is only seen to grow")
  .option("--watch", "open the service's, the scaler's and the report's page in a browser")
  .option(
    "--peak-rps <rate>",
    "highest arrival rate of the ramp, requests a second; 2.7 needs three of the local machines",
    "2.7",
  )
  .option("--time-scale <factor>", "length of the ramp, 1 = the article's 20 minutes")
  .option("--service-port <port>", "port on 127.0.0.1 for the service", port, 8080)
  .option("--scaler-port <port>", "port on 127.0.0.1 for the scaler's status page", port, 4000)
  .option(
    "--machine-cpu <percent>",
    "per cent of a core for a machine of 2 vCPU; more on a slow computer, where the ramp then asks less of it",
    argument(Type.Number({ minimum: 10, maximum: 100 })),
  )
  .option("--out <folder>", "where the report goes", "report")
  .option(
    "--instance <name>",
    "name of the local cloud; another name runs beside the first",
    DEFAULT_INSTANCE,
  )
  .action(async (options) => {
    process.exitCode = await runStart(options);
  });

await runMain(async () => {
  try {
    await command.parseAsync();
  } catch (error) {
    const code = fieldOf(error, "code");
    if (!(error instanceof Error) || typeof code !== "string") throw error;
    process.stderr.write(`${styleText("red", "npm start failed:")} ${error.message}\n`);
    process.exit(code === "INTERRUPTED" ? 130 : 1);
  }
});
