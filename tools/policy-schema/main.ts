import { writeFileSync } from "node:fs";
import { policySchema } from "@autoscaler/scaling-core";

// Writes the JSON schema that editors use for a policy; a test holds the file to the parser.
const path = new URL("../../docs/scaling-policy.schema.json", import.meta.url);
writeFileSync(path, `${JSON.stringify(policySchema(), undefined, 2)}\n`);
