import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runMain } from "@autoscaler/service-kit";
import { Command } from "commander";
import { parse } from "yaml";
import { withAlertsTable } from "../../infra/alerting/alerts-table.ts";
import { renderAll } from "../../infra/alerting/render.ts";
import { parseConfig } from "../../infra/config.ts";

const PROJECT = "idcloudhost-autoscaler:";
const REPOSITORY = join(import.meta.dirname, "../..");

interface Options {
  readonly stack: string;
  readonly out: string;
}

/** Encrypted values are never shown; what is made from them names the credential only. */
async function readValues(stack: string): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(join(REPOSITORY, `Pulumi.${stack}.yaml`), "utf8");
  const { config = {} } = parse(text) as { readonly config?: Readonly<Record<string, unknown>> };
  const values = Object.entries(config).flatMap(([key, value]) =>
    key.startsWith(PROJECT) ? [[key.slice(PROJECT.length), value] as const] : [],
  );
  return Object.fromEntries(
    values.map(([key, value]) => [
      key,
      typeof value === "object" ? JSON.stringify(withoutSecrets(value)) : String(value),
    ]),
  );
}

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  if (typeof Reflect.get(value, "secure") === "string") return "encrypted";
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withoutSecrets(part)]));
}

async function render({ stack, out }: Options): Promise<void> {
  const values = await readValues(stack);
  const parsed = parseConfig({
    values: { ...values, apiKey: "not-needed-here" },
    stack,
    environment: {},
  });
  if (parsed.kind === "invalid") {
    throw new Error(
      `Pulumi.${stack}.yaml has problems:\n${parsed.problems.map((problem) => `  - ${problem}`).join("\n")}`,
    );
  }
  const files = renderAll(parsed.config, stack);
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
