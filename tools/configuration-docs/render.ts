import { ScalingPolicyShape } from "@autoscaler/scaling-core";
import { editorSchema, type Field, fieldsOf } from "@autoscaler/shape";
import { changed, StackShape } from "../../infra/config-shape.ts";
import { markdownTable } from "../markdown-table.ts";

const PROJECT = "idcloudhost-autoscaler";

/** The generated files of docs/, by name: schemas for editors, and the page with every key. */
export function renderConfigurationDocs(): Readonly<Record<string, string>> {
  const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;
  return {
    "scaling-policy.schema.json": json({
      ...editorSchema(ScalingPolicyShape),
      title: "Scaling policy of a pool",
    }),
    "stack.schema.json": json(stackFileSchema()),
    "configuration.md": configurationPage(),
  };
}

/** Of a `Pulumi.<stack>.yaml`, whose keys begin with the project's name; a secret is an object there. */
function stackFileSchema() {
  const { properties = {}, $schema } = editorSchema(StackShape) as {
    readonly $schema: string;
    readonly properties?: Readonly<Record<string, object>>;
  };
  const prefixed = Object.entries(properties).map(([key, field]) => [
    `${PROJECT}:${key}`,
    key === "apiKey" ? { anyOf: [field, { type: "object", required: ["secure"] }] } : field,
  ]);
  const config = { type: "object", properties: Object.fromEntries(prefixed), additionalProperties: false };
  return { $schema, title: "Stack of idcloudhost-autoscaler", type: "object", properties: { config } };
}

function configurationPage(): string {
  const all = fieldsOf(StackShape);
  const isOfPolicy = ({ path }: Field) => path.startsWith("pool.policy.");
  return `# Configuration

Every key of \`Pulumi.<stack>.yaml\`, written by \`npm run docs:configuration\` from \`infra/config-shape.ts\` and
\`packages/scaling-core/src/policy-shape.ts\`. Set one with \`pulumi config set --path 'pool.policy.maxSize' 8\`, a secret
with \`--secret\`. Every wrong value is reported at once, before anything is made. With the YAML language server, a first line
\`# yaml-language-server: $schema=docs/stack.schema.json\` in the stack's file completes and checks them as you type.

A value may be changed after the first \`pulumi up\`; what that does stands in the last column.

## Stack

${table(
  all.filter((field) => !isOfPolicy(field)),
  true,
)}

## Policy

Below \`pool.policy\`. Rates: where neither \`maxServers\` nor \`maxPercent\` is given, a pool grows by 100 % and shrinks by one
server in a period; a given limit replaces that. A change counts ${changed.atOnce.split(",")[0]}.

${table(
  all.filter(isOfPolicy).map((field) => ({ ...field, path: field.path.slice("pool.policy.".length) })),
  false,
)}
`;
}

function table(fields: readonly Field[], isChangeSaid: boolean): string {
  const rows = fields.map(({ path, description, allowed, default: fallback, changed: words }) => [
    `\`${path}\``,
    escapePipe(description),
    escapePipe(allowed),
    fallback === undefined ? "" : `\`${escapePipe(JSON.stringify(fallback))}\``,
    ...(isChangeSaid ? [words ?? changed.atOnce] : []),
  ]);
  const header = ["Key", "What", "Allowed", "Default", ...(isChangeSaid ? ["Changed later"] : [])];
  return markdownTable(header, rows);
}

function escapePipe(text: string): string {
  return text.replaceAll("|", "\\|");
}
