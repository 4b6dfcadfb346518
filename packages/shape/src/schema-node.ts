import type { TSchema } from "typebox";

/** A TypeBox schema as the JSON schema that it is, with words of our own. */
export interface SchemaNode {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly minProperties?: number;
  readonly items?: SchemaNode;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  /** What may stand here, in words: completes "must be". */
  readonly allowed?: string;
  /** What a later change of it does, in words; of a section: of all in it that say nothing themselves. */
  readonly changed?: string;
  /** How it is given, in words, for who has left it out. */
  readonly source?: string;
}

export function nodeOf(schema: TSchema): SchemaNode {
  return schema as SchemaNode;
}

/** What may stand here, in words. */
export function allowedBy(schema: SchemaNode): string {
  const { type, allowed, anyOf, const: only, enum: words, minimum, maximum, minItems, maxItems } = schema;
  if (allowed !== undefined) return allowed;
  if (anyOf !== undefined) return anyOf.map(allowedBy).join(" or ");
  if (only !== undefined) return String(only);
  if (words !== undefined) return words.join(" or ");
  const range =
    minimum === undefined ? "" : ` from ${minimum}${maximum === undefined ? "" : ` to ${maximum}`}`;
  switch (type) {
    case "integer":
      return `a whole number${range}`;
    case "number":
      return `a number${range}`;
    case "boolean":
      return "true or false";
    case "array":
      return `a list${minItems === undefined ? "" : ` of at least ${minItems}`}${maxItems === undefined ? "" : ` of at most ${maxItems}`}`;
    case "object":
      return "an object";
    default:
      return "text";
  }
}
