import { createCloud, priceOf } from "@autoscaler/idcloudhost";
import { readEnvironment, runMain } from "@autoscaler/service-kit";
import { Command } from "commander";
import { findLeftovers } from "./find-leftovers.ts";

interface Options {
  readonly apiUrl: string;
  readonly location: string;
  readonly stack: string;
  readonly json?: boolean;
  readonly expectNone?: boolean;
}

const command = new Command("npm run audit --")
  .description(
    "Lists what a stack has in the account, and stray public addresses, with their cost. Changes nothing.",
  )
  .option("--api-url <url>", "address of the cloud's API, without /v1", "https://api.idcloudhost.com")
  .option("--location <slug>", "data centre; empty for the account's default", "jkt01")
  .option("--stack <name>", "the Pulumi stack whose things are listed", "dev")
  .option("--expect-none", "exit 1 when anything of the stack is left, as after `pulumi destroy`")
  .option("--json", "print JSON")
  .addHelpText("after", "\nThe API key is read from IDCLOUDHOST_API_KEY.")
  .action((options: Options) => audit(options));

async function audit({ apiUrl, location, stack, json, expectNone }: Options): Promise<void> {
  const apiKey = readEnvironment(process.env, (env) => env.credential("idcloudhost-api-key"));
  const cloud = createCloud({ apiUrl, apiKey, location });
  const [vms, floatingIps, prices] = await Promise.all([
    cloud.listVms(),
    cloud.listFloatingIps(),
    cloud.listPrices(),
  ]);
  const { ours, strayIps } = findLeftovers({ vms, floatingIps }, stack);
  const cost = priceOf(prices, ours);
  const strayCost = priceOf(prices, { vms: [], floatingIps: strayIps });
  const leftCount = ours.vms.length + ours.floatingIps.length;

  if (json) {
    process.stdout.write(
      `${JSON.stringify({ stack, leftCount, ours, strayIps, cost, strayCost }, undefined, 2)}\n`,
    );
  } else {
    process.stdout.write(`stack ${stack}: ${leftCount} left, ${rupiah(cost.rupiahPerHour)}/hour\n`);
    for (const { name, uuid, status } of ours.vms) process.stdout.write(`  VM ${name} (${status}) ${uuid}\n`);
    for (const { address, name } of ours.floatingIps) {
      process.stdout.write(`  public IP ${address} ${name ?? "(came with a VM)"}\n`);
    }
    if (strayIps.length > 0) {
      process.stdout.write(
        `${strayIps.length} public addresses without name and VM, ${rupiah(strayCost.rupiahPerMonth)}/month: ${strayIps
          .map(({ address }) => address)
          .join(", ")}\n  release them in the console if nobody needs them\n`,
      );
    }
  }
  if (expectNone && leftCount > 0) process.exitCode = 1;
}

function rupiah(amount: number): string {
  return new Intl.NumberFormat("id-ID", { style: "currency", currency: "IDR", maximumFractionDigits: 0 })
    .format(amount)
    .replace(/\s/, " ");
}

await runMain(async () => {
  await command.parseAsync();
});
