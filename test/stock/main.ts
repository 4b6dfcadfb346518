import { mkdir, mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { removeTree } from "@autoscaler/local-cloud/machines/nspawn/host/mounts.ts";
import { runMain } from "@autoscaler/service-kit";
import { Command, Option } from "commander";
import { makeDisk } from "./disk.ts";
import { isGood, readFindings } from "./findings.ts";
import { stockSystems } from "./systems.ts";
import { runVirtualMachine } from "./virtual-machine.ts";

const MEMORY_MIB = 7168;
const SILENCE_MS = 20 * 60_000;

interface StockOptions {
  readonly system: readonly string[];
  readonly accel: "kvm" | "tcg";
  readonly out: string;
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
  .option("--out <folder>", "where the consoles are kept", ".build/stock")
  .action(async ({ system, accel, out }: StockOptions) => {
    await mkdir(resolve(out), { recursive: true });
    for (const name of system) if (!(await tryOn(name, accel === "kvm", resolve(out)))) process.exitCode = 1;
  });

async function tryOn(name: string, accelerated: boolean, out: string): Promise<boolean> {
  const system = stockSystems.find((each) => each.name === name);
  if (system === undefined) throw new Error(`no row for ${name}`);
  const say = (line: string) => void process.stderr.write(`${name}: ${line}\n`);
  const directory = await mkdtemp(join(tmpdir(), "stock-"));
  const consoleFile = join(out, `${name}.log`);
  const silence = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENCE_MS);
  };
  const startMs = performance.now();
  try {
    const disk = await makeDisk(system, directory, say);
    heard();
    say("starting");
    await runVirtualMachine({
      disk,
      consoleFile,
      cores: 2,
      memoryMib: MEMORY_MIB,
      accelerated,
      signal: silence.signal,
      onLine(line) {
        heard();
        say(line);
      },
    });
  } finally {
    clearTimeout(timer);
    await removeTree(directory);
  }
  const findings = readFindings(await readFile(consoleFile, "utf8"));
  const minutes = ((performance.now() - startMs) / 60_000).toFixed(1);
  const lines = [
    ...Object.entries(findings.facts).map(([fact, value]) => `${fact}: ${value}`),
    ...findings.checks.map(
      ({ name: check, isGood: good, seen }) => `${good ? "ok    " : "FAILED"} ${check}: ${seen}`,
    ),
    ...(findings.complete ? [] : [`FAILED it did not come to its end, see ${consoleFile}`]),
    `${minutes} minutes, ${accelerated ? "kvm" : "emulated"}`,
  ];
  process.stdout.write(`\n${name}\n${lines.map((line) => `  ${line}\n`).join("")}`);
  return isGood(findings);
}

await runMain(async () => void (await command.parseAsync()));
