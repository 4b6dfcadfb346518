import { mkdir, mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { removeTree } from "@autoscaler/local-cloud/machines/nspawn/host/mounts.ts";
import { runMain } from "@autoscaler/service-kit";
import { Command, Option } from "commander";
import { makeDisk } from "./disk.ts";
import { describe, isGood, readFindings } from "./findings.ts";
import { stockSystems } from "./systems.ts";
import { runVirtualMachine, type StockMode, type VirtualMachineOptions } from "./virtual-machine.ts";

const MEMORY_MIB = 7168;
const CORES = 2;
/** Longer than the 20 minutes for which the set-up waits for a busy service: its own words say more. */
const SILENCE_MS = 25 * 60_000;

interface StockOptions {
  readonly system: readonly string[];
  readonly accel: "kvm" | "tcg";
  readonly out: string;
  readonly powerCut?: boolean;
}

const command = new Command("npm run test:stock --")
  .description(
    "Boots stock systems in virtual machines without a network card, with the last commit of this checkout and its caches on their disk, and runs the first commands of the README as a new user would. Needs root, QEMU, the caches of an earlier `npm start`, and 10 GB in the temporary folder.",
  )
  .addOption(
    new Option("--system <names...>", "which ones")
      .choices(stockSystems.map(({ name }) => name))
      .default(stockSystems.map(({ name }) => name)),
  )
  .addOption(
    new Option("--accel <kind>", "kvm is ten times faster, where it works")
      .choices(["kvm", "tcg"])
      .default("tcg"),
  )
  .option("--power-cut", "pull the plug while npm start makes machines, boot again, look at the next command")
  .option("--out <folder>", "where the consoles are kept", ".build/stock")
  .action(async (options: StockOptions) => {
    for (const name of options.system) if (!(await tryOn(name, options))) process.exitCode = 1;
  });

/** What npm start says when the machines have booted. */
const POWER_CUT_AT = "creating CopyToRemote";

async function tryOn(name: string, { accel, out, powerCut }: StockOptions): Promise<boolean> {
  const system = stockSystems.find((each) => each.name === name);
  if (system === undefined) throw new Error(`no row for ${name}`);
  await mkdir(resolve(out), { recursive: true });
  const say = (line: string) => void process.stderr.write(`${name}: ${line}\n`);
  const directory = await mkdtemp(join(tmpdir(), "stock-"));
  const startMs = performance.now();
  try {
    const disk = await makeDisk(system, directory, say);
    const boot = async (mode: StockMode, endsAt?: string) => {
      const consoleFile = resolve(out, `${name}-${mode}.log`);
      say(`starting (${mode})`);
      await bootOnce({ disk, consoleFile, mode, accelerated: accel === "kvm", endsAt, say });
      return consoleFile;
    };
    if (powerCut === true) await boot("cut-power", POWER_CUT_AT);
    const consoleFile = await boot(powerCut === true ? "after-power-cut" : "first-commands");
    const findings = readFindings(await readFile(consoleFile, "utf8"));
    const minutes = ((performance.now() - startMs) / 60_000).toFixed(1);
    const end = findings.complete ? "" : `  FAILED it did not come to its end, see ${consoleFile}\n`;
    process.stdout.write(`\n${name}\n${describe(findings)}${end}  ${minutes} minutes, ${accel}\n`);
    return isGood(findings);
  } finally {
    await removeTree(directory);
  }
}

interface Boot extends Pick<VirtualMachineOptions, "disk" | "consoleFile" | "mode" | "accelerated"> {
  /** A line with this text ends it, as by a power cut. */
  readonly endsAt: string | undefined;
  readonly say: (line: string) => void;
}

/** Boots once; a machine that says nothing for long is ended, too. */
async function bootOnce({ endsAt, say, ...machine }: Boot): Promise<void> {
  const end = new AbortController();
  let silence: NodeJS.Timeout | undefined;
  const onLine = (line: string) => {
    clearTimeout(silence);
    silence = setTimeout(() => end.abort(), SILENCE_MS);
    say(line);
    if (endsAt !== undefined && line.includes(endsAt)) end.abort();
  };
  onLine("");
  try {
    await runVirtualMachine({ ...machine, cores: CORES, memoryMib: MEMORY_MIB, signal: end.signal, onLine });
  } finally {
    clearTimeout(silence);
  }
}

await runMain(async () => void (await command.parseAsync()));
