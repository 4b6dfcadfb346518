import type { TSchema } from "typebox";
import { allowedBy, nodeOf, type SchemaNode } from "./schema-node.ts";

/** A field that has a value of its own, for tables of documentation. */
export interface Field {
  /** `scaleUp.maxServers`; `[]` stands for an element, `<name>` for a name of the user's own. */
  readonly path: string;
  readonly description: string;
  readonly allowed: string;
  /** Absent: the field may be left out, and nothing stands in its place. */
  readonly default?: unknown;
  /** What a later change of it does; absent where neither it nor its section says so. */
  readonly changed?: string;
}

/** Every field of a schema, in its order. */
export function fieldsOf(schema: TSchema): readonly Field[] {
  return walk(nodeOf(schema), "");
}

function walk(node: SchemaNode, path: string, around?: string): readonly Field[] {
  const { properties, patternProperties, items, changed = around } = node;
  if (properties !== undefined)
    return Object.entries(properties).flatMap(([key, field]) =>
      walk(field, path === "" ? key : `${path}.${key}`, changed),
    );
  const own: Field = {
    path,
    description: node.description ?? "",
    allowed: allowedBy(node),
    ...(node.default === undefined ? {} : { default: node.default }),
    ...(changed === undefined ? {} : { changed }),
  };
  if (items?.properties !== undefined) return [own, ...walk(items, `${path}[]`, changed)];
  const [value] = Object.values(patternProperties ?? {});
  return value === undefined ? [own] : [{ ...own, path: `${path}.<name>` }];
}
