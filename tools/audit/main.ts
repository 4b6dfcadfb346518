import { createCloud } from "@autoscaler/idcloudhost";
import { readEnvironment, runMain, variable } from "@autoscaler/service-kit";
import { Command } from "commander";
import { Type } from "typebox";
import { audit, renderAudit } from "./audit.ts";

const Variables = Type.Object({ IDCLOUDHOST_API_KEY: variable.secret });

interface Options {
  readonly apiUrl: string;
  readonly location: string;
  readonly stack: string;
  readonly json?: boolean;
  readonly expectNone?: boolean;
}

const command = new Command("npm run audit --")
  .description(
    "Lists what a stack has in the account in one location, and stray addresses and disks, with their cost and the command that removes each. Changes nothing.",
  )
  .option("--api-url <url>", "address of the cloud's API, without /v1", "https://api.idcloudhost.com")
  .option("--location <slug>", "data centre; empty for the account's default", "jkt01")
  .option("--stack <name>", "the Pulumi stack whose things are listed", "dev")
  .option("--expect-none", "exit 1 when anything of the stack is left, as after `pulumi destroy`")
  .option("--json", "print JSON")
  .addHelpText("after", "\nThe API key is read from IDCLOUDHOST_API_KEY.")
  .action(async ({ apiUrl, location, stack, json, expectNone }: Options) => {
    const apiKey = readEnvironment(Variables, process.env).IDCLOUDHOST_API_KEY;
    const found = await audit(createCloud({ apiUrl, apiKey, location }), stack);
    process.stdout.write(
      json ? `${JSON.stringify(found, undefined, 2)}\n` : renderAudit(found, { apiUrl, location }),
    );
    if (expectNone && found.leftCount > 0) process.exitCode = 1;
  });

await runMain(async () => {
  await command.parseAsync();
});
