import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderConfigurationDocs } from "./render.ts";

for (const [name, text] of Object.entries(renderConfigurationDocs()))
  writeFileSync(join(import.meta.dirname, "../../docs", name), text);
