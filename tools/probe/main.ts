import { writeFile } from "node:fs/promises";
import { readEnvironment, runMain, variable } from "@autoscaler/service-kit";
import { Command, InvalidArgumentError } from "commander";
import { Type } from "typebox";
import { startDryCloud } from "./dry-run.ts";
import { renderReport } from "./report.ts";
import { LimitTooLow, type ProbeOptions, runProbe } from "./run-probe.ts";

const Variables = Type.Object({ IDCLOUDHOST_API_KEY: variable.secret });

interface Flags {
  readonly real?: boolean;
  readonly spendUpTo?: number;
  readonly apiUrl: string;
  readonly location: string;
  readonly report: string;
}

const HELP = `
Cost: with --real and --spend-up-to at most 2 of the smallest VMs and 2 public IPs for under an hour; it prices them first and stops if that is above your limit. Else a dry run, free.
Clean-up: all it makes has "probe" and 8 random characters as name and is removed at the end, also after a failure or Ctrl-C; it then lists what is left.
Side effect: your default network is another one while it runs. The key is read from IDCLOUDHOST_API_KEY and never shown; the report holds no ids or addresses.`;

const command = new Command("npm run probe --")
  .description("Checks on an IDCloudHost account what this repository assumes about the API.")
  .option("--real", "use a real account; needs --spend-up-to too")
  .option("--spend-up-to <rupiah>", "limit of the cost, for example 5000", parseRupiah)
  .option("--api-url <url>", "address of the cloud's API, without /v1", "https://api.idcloudhost.com")
  .option("--location <slug>", "data centre; empty for the account's default", "jkt01")
  .option("--report <file>", "file for the report", "probe-report.md")
  .addHelpText("after", HELP)
  .action((flags: Flags) => probe(flags));

async function probe(flags: Flags): Promise<void> {
  const { real = false, spendUpTo, location, report } = flags;
  if (real !== (spendUpTo !== undefined)) {
    throw new Stop(
      "a real account needs both --real and --spend-up-to <rupiah>; leave out both for a dry run",
    );
  }
  const interrupted = new AbortController();
  process.once("SIGINT", () => interrupted.abort()).once("SIGTERM", () => interrupted.abort());
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const shared = { location, isReal: real, signal: interrupted.signal, say };

  if (spendUpTo !== undefined) {
    const apiKey = readEnvironment(Variables, process.env).IDCLOUDHOST_API_KEY;
    say(`real account at ${flags.apiUrl}, spending limit Rp ${spendUpTo}; Ctrl-C removes everything`);
    return finish(
      { ...shared, apiUrl: flags.apiUrl, apiKey, limitRupiah: spendUpTo, pollMs: 2_000, waitMs: 300_000 },
      report,
    );
  }
  say("dry run against the local cloud: no account, no cost");
  const dry = await startDryCloud();
  try {
    await finish({ ...shared, ...dry, limitRupiah: 10_000, pollMs: 50, waitMs: 10_000 }, report);
  } finally {
    await dry.close();
  }
}

async function finish(options: ProbeOptions, report: string): Promise<void> {
  const result = await runProbe(options);
  await writeFile(report, renderReport(result, new Date().toISOString().slice(0, 10)));
  const answered = result.findings.filter(({ answer }) => answer !== undefined);
  for (const { question, answer } of answered) options.say(`answered: ${question}: ${answer}`);
  const failedCount = result.steps.filter(({ failure }) => failure !== undefined).length;
  options.say(
    `${result.steps.length - failedCount} of ${result.steps.length} steps passed, ${answered.length} of ${result.findings.length} open questions answered, ${result.leftCount} left; report: ${report}`,
  );
  if (failedCount > 0 || result.leftCount > 0 || options.signal.aborted) process.exitCode = 1;
}

/** A sentence for the user, without a stack. */
class Stop extends Error {}

function parseRupiah(text: string): number {
  const amount = Number(text.replaceAll(/[._]/g, ""));
  if (Number.isSafeInteger(amount) && amount > 0) return amount;
  throw new InvalidArgumentError("give a whole number of Rupiah, for example 5000");
}

await runMain(async () => {
  try {
    await command.parseAsync();
  } catch (error) {
    if (!(error instanceof Stop || error instanceof LimitTooLow)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
});
