import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runMain } from "@autoscaler/service-kit";
import { Command } from "commander";
import { readStackFile } from "../stack-file.ts";
import { withAlertsTable } from "./alerts-table.ts";
import { renderAll } from "./render.ts";

const REPOSITORY = join(import.meta.dirname, "../..");

interface Options {
  readonly stack: string;
  readonly out: string;
}

async function render({ stack, out }: Options): Promise<void> {
  const text = await readFile(join(REPOSITORY, `Pulumi.${stack}.yaml`), "utf8");
  const files = renderAll(readStackFile(text, stack), stack);
  await rm(out, { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(out, path)), { recursive: true });
    await writeFile(join(out, path), text);
    process.stdout.write(`${join(out, path)}\n`);
  }
  if (stack === "dev") {
    const page = join(REPOSITORY, "docs/alerts.md");
    await writeFile(
      page,
      withAlertsTable(await readFile(page, "utf8"), (files["docs/alerts-table.md"] ?? "").trim()),
    );
    process.stdout.write("docs/alerts.md: its table is up to date\n");
  }
}

const command = new Command("npm run alerting:render --")
  .description(
    "Writes every file that is generated from a stack's policy to a folder (which it empties first), for reading and for `git diff --no-index`; brings the table of docs/alerts.md up to date. Needs no cloud and no Grafana.",
  )
  .option("--stack <name>", "whose Pulumi.<name>.yaml is read", "dev")
  .option("--out <folder>", "where the files go", ".build/alerting")
  .action(render);

await runMain(async () => {
  await command.parseAsync();
});
