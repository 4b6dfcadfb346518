import type { TSchema } from "typebox";
import { nodeOf, type SchemaNode } from "./schema-node.ts";

/** The JSON schema that editors take: closed objects, every field optional that has a default. */
export function editorSchema(schema: TSchema): Readonly<Record<string, unknown>> {
  return { $schema: "https://json-schema.org/draft/2020-12/schema", ...plain(nodeOf(schema)) };
}

function plain(node: SchemaNode): SchemaNode & Readonly<Record<string, unknown>> {
  const {
    allowed: _,
    source: _source,
    changed: _changed,
    properties,
    patternProperties,
    items,
    required,
    ...rest
  } = node;
  const each = (fields: Readonly<Record<string, SchemaNode>>) =>
    Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, plain(field)]));
  const needed = required?.filter((key) => properties?.[key]?.default === undefined) ?? [];
  return {
    ...rest,
    ...(properties === undefined ? {} : { properties: each(properties), additionalProperties: false }),
    ...(patternProperties === undefined ? {} : { patternProperties: each(patternProperties) }),
    ...(items === undefined ? {} : { items: plain(items) }),
    ...(needed.length === 0 ? {} : { required: needed }),
  };
}
