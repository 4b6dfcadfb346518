import { readFileSync } from "node:fs";
import { parseJson, variable } from "@autoscaler/service-kit";
import { argument } from "@autoscaler/service-kit/argument.ts";
import { Command, InvalidArgumentError, Option } from "commander";
import { Type } from "typebox";
import { clockText } from "./format.ts";
import { verdict } from "./report-page/words.ts";
import { writeReport } from "./report-page/write-report.ts";
import { runLoadTest } from "./run-load-test.ts";
import type { ScalerAccess } from "./scaler-client.ts";
import { type Scenario, totalSeconds } from "./scenario.ts";
import { articleRampDefaults } from "./scenarios/article-ramp.ts";
import { scenarios } from "./scenarios/index.ts";
import { createProgressWriter } from "./terminal.ts";

const positive = argument(Type.Number({ exclusiveMinimum: 0, allowed: "a number above 0" }));
const poolName = argument(
  Type.String({ pattern: "^[a-z][a-z0-9-]{0,30}$", allowed: "a pool name such as web" }),
);
const path = argument(Type.String({ pattern: "^/", allowed: "a path, with a slash first" }));
const url = argument(variable.url());

interface CliOptions {
  readonly url: string;
  readonly scenario: string;
  readonly peakRps: number;
  readonly timeScale: number;
  readonly path: string;
  readonly method: string;
  readonly body?: { readonly value: unknown };
  readonly scalerUrl?: string;
  readonly scalerTokenFile?: string;
  readonly pool?: string;
  readonly settleSeconds: number;
  readonly timeoutSeconds: number;
  readonly fact?: Readonly<Record<string, string>>;
  readonly out: string;
  readonly json?: true;
  readonly failOnErrors?: true;
}

const program = new Command("load-test")
  .description(
    "Sends a constant-arrival-rate load to a service, watches its pool, and writes index.html and result.json.\n" +
      "Requests are sent when they are due, however slow the answers are; latency counts from then.",
  )
  .requiredOption("--url <url>", "base URL of the service, for example http://203.0.113.10", url)
  .addOption(
    new Option("--scenario <name>", "load shape").choices(Object.keys(scenarios)).default("article-ramp"),
  )
  .option("--peak-rps <n>", "highest arrival rate, requests a second", positive, articleRampDefaults.peakRps)
  .option(
    "--time-scale <n>",
    "length; 1 is the original's 20 minutes",
    positive,
    articleRampDefaults.timeScale,
  )
  .option("--path <path>", "request path", path, "/")
  .option("--method <method>", "request method", "GET")
  .option("--body <json>", "JSON body", parseJsonBody)
  .option("--timeout-seconds <n>", "a request without an answer by then has failed", positive, 30)
  .option("--scaler-url <url>", "scaler-webhook, to show and record the pool", url)
  .option("--scaler-token-file <file>", "file that holds the scaler's operator token")
  .option("--pool <name>", "pool to watch; the only one where it is not given", poolName)
  .option(
    "--settle-seconds <n>",
    "wait at low load, at most this long, for the pool's minimum",
    argument(Type.Number({ minimum: 0 })),
    300,
  )
  .option("--out <directory>", "where the report goes", "report")
  .option("--fact <name=value>", "something about where it runs, for the report; repeat it", parseFact)
  .option("--json", "print the result's summary as JSON on standard output; progress goes to standard error")
  .option("--fail-on-errors", "exit 1 when a request failed")
  .addHelpText(
    "after",
    "\nExit codes: 0 done, 1 requests failed (with --fail-on-errors), 2 wrong usage, 130 interrupted.",
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

const options = program.parse().opts<CliOptions>();
const scenario = chosenScenario(options);
const scaler = scalerAccess(options);
const interrupt = interruptSignal();
const progress = process.stderr;
progress.write(
  `${scenario.name}: ${clockText(totalSeconds(scenario.stages))} minutes, up to ${options.peakRps} requests a second` +
    `${scaler === undefined ? "" : `, then at most ${clockText(options.settleSeconds)} until the pool is at rest`}\n`,
);

const result = await runLoadTest(
  {
    url: options.url.replace(/\/+$/, ""),
    scenario,
    ...(scaler === undefined ? {} : { scaler }),
    settleSeconds: options.settleSeconds,
    requestTimeoutMs: 1000 * options.timeoutSeconds,
    signal: interrupt,
    ...(options.fact === undefined ? {} : { facts: options.fact }),
  },
  createProgressWriter(progress, process.stderr.hasColors?.() ?? false),
);
const files = await writeReport(result, options.out);
progress.write(`\n${verdict(result).english}\nReport: ${files.page}\n`);
if (options.json) process.stdout.write(`${JSON.stringify(result.summary)}\n`);
process.exitCode = interrupt.aborted
  ? 130
  : options.failOnErrors && result.summary.failedRequests > 0
    ? 1
    : 0;

function chosenScenario(chosen: CliOptions): Scenario {
  const make = scenarios[chosen.scenario];
  if (make === undefined) return program.error(`unknown scenario ${chosen.scenario}`);
  const { method, path, body, peakRps, timeScale } = chosen;
  return {
    ...make({ peakRps, timeScale }),
    request: { method: method.toUpperCase(), path, ...(body === undefined ? {} : { body: body.value }) },
  };
}

function scalerAccess({ scalerUrl, scalerTokenFile, pool }: CliOptions): ScalerAccess | undefined {
  if (scalerUrl === undefined) return undefined;
  if (scalerTokenFile === undefined) return program.error("--scaler-url also needs --scaler-token-file");
  try {
    const token = readFileSync(scalerTokenFile, "utf8").trim();
    return { url: scalerUrl, token, ...(pool === undefined ? {} : { pool }) };
  } catch {
    return program.error(`cannot read the token in ${scalerTokenFile}: check --scaler-token-file`);
  }
}

/** The first Ctrl-C ends the run with a report of what was done, the second ends the process. */
function interruptSignal(): AbortSignal {
  const interrupted = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (interrupted.signal.aborted) process.exit(130);
      interrupted.abort();
    });
  }
  return interrupted.signal;
}

function parseFact(
  text: string,
  previous: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [, name, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new InvalidArgumentError("It must be a name, =, and a value.");
  return { ...previous, [name]: value };
}

function parseJsonBody(text: string): { readonly value: unknown } {
  const value = parseJson(text);
  if (value === undefined) throw new InvalidArgumentError("It must be JSON.");
  return { value };
}
