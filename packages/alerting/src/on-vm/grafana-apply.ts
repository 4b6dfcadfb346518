import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { ports } from "@autoscaler/contracts/ports.ts";
import { applyObjects } from "../grafana-api/apply-objects.ts";
import { createAsk, GrafanaError } from "../grafana-api/client.ts";
import type { GrafanaObjects } from "../grafana-api/objects.ts";
import { ADMIN_PASSWORD_FILE } from "./password-file.ts";

/**
 * Puts the objects on standard input into the Grafana of this machine and reads them back. Run by
 * `pulumi up` on the monitor VM, as root, when anything of them or the machine has changed.
 */
const { url, "password-file": passwordFile } = parseArgs({
  options: {
    url: { type: "string", default: `http://127.0.0.1:${ports.grafana}` },
    "password-file": { type: "string", default: ADMIN_PASSWORD_FILE },
  },
}).values;

const password = await readFile(passwordFile, "utf8");
try {
  const objects = JSON.parse(await text(process.stdin)) as GrafanaObjects;
  await applyObjects(createAsk({ url, login: { kind: "password", password } }), objects);
  const { ruleGroup, contactPoints, dashboards } = objects;
  process.stdout.write(
    `Grafana holds ${ruleGroup.rules.length} rules, ${contactPoints.length} contact points and ${dashboards.length} dashboards\n`,
  );
} catch (error) {
  // What was sent holds secrets, and the message of a parser repeats it: only Grafana's own words are shown.
  const problem =
    error instanceof GrafanaError ? error.message : "what Grafana is to hold is not of the expected shape";
  process.stderr.write(`grafana-apply: ${problem}\n`);
  process.exitCode = 1;
}
