import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import * as formats from "ajv-formats";
import { parse } from "yaml";
import type { RawBody } from "../bodies.ts";

/** The OpenAPI file, written from public sources (docs/api-facts.md). Tests check every answer against it. */
const FILE = join(import.meta.dirname, "../../../openapi/idcloudhost.openapi.yaml");
const METHODS = ["get", "post", "put", "patch", "delete"];

export interface Operation {
  readonly id: string;
  readonly method: string;
  /** As a Fastify route below `/v1`, with `:location`. */
  readonly route: string;
  readonly statuses: readonly number[];
}

export interface OpenApi {
  readonly operations: readonly Operation[];
  /** What is wrong with an answer of an operation, in the words of the schema; empty when nothing is. */
  problemsOf(operationId: string, status: number, body: string): readonly string[];
  /** The same of a body that was sent: its encoding, and fields that the file does not know. */
  problemsOfRequest(operationId: string, sent: RawBody): readonly string[];
}

type Node = Readonly<Record<string, unknown>>;

/** Reads the file and makes its schemas ready, which takes some tens of milliseconds. */
export function loadOpenApi(): OpenApi {
  const document: Node = parse(readFileSync(FILE, "utf8"));
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default.default(ajv);
  ajv.addSchema({ ...document, $id: "cloud" });
  const validators = new Map<string, ValidateFunction>();

  const operations = Object.entries(child(document, "paths")).flatMap(([path, item]) =>
    Object.entries(asNode(item))
      .filter(([method]) => METHODS.includes(method))
      .map(([method, value]) => {
        const operation = asNode(value);
        const responses = child(operation, "responses");
        return {
          id: String(operation["operationId"]),
          method: method.toUpperCase(),
          path,
          route: path.replace(/^\/v1/, "").replaceAll(/\{(\w+)\}/g, ":$1"),
          statuses: Object.keys(responses).map(Number),
        };
      }),
  );

  function validatorOf(operation: (typeof operations)[number], status: number): ValidateFunction | undefined {
    const at = ["paths", operation.path, operation.method.toLowerCase(), "responses", String(status)];
    const response = at.reduce((node, key) => child(node, key), document);
    const reference = response["$ref"];
    const place = typeof reference === "string" ? reference : `#/${at.map(escapePointer).join("/")}`;
    const resolved =
      typeof reference === "string" ? reference.slice(2).split("/").reduce(child, document) : response;
    if (resolved["content"] === undefined) return undefined;
    const pointer = `cloud${place}/content/application~1json/schema`;
    const known = validators.get(pointer) ?? ajv.compile({ $ref: pointer });
    validators.set(pointer, known);
    return known;
  }

  return {
    operations,
    problemsOfRequest(operationId, sent) {
      const operation = operations.find(({ id }) => id === operationId);
      if (operation === undefined || sent.kind === "none") return [];
      const at = ["paths", operation.path, operation.method.toLowerCase(), "requestBody", "content"];
      const content = at.reduce((node, key) => child(node, key), document);
      const schema = child(child(content, CONTENT_TYPES[sent.kind] ?? sent.kind), "schema");
      if (Object.keys(schema).length === 0) return [`${operationId}: the file has no ${sent.kind} body`];
      const known = knownFields(document, schema);
      return fieldsIn(sent)
        .filter((field) => known !== undefined && !known.includes(field))
        .map((field) => `${operationId}: the file has no field ${field}`);
    },
    problemsOf(operationId, status, body) {
      const operation = operations.find(({ id }) => id === operationId);
      if (operation === undefined) return [`${operationId} is not in the file`];
      if (!operation.statuses.includes(status)) return [`${operationId}: the file has no status ${status}`];
      const validate = validatorOf(operation, status);
      // Several answers with a schema may also be empty.
      if (validate === undefined || body === "") return [];
      if (validate(JSON.parse(body))) return [];
      return (validate.errors ?? []).map(
        ({ instancePath, message }) => `${operationId} ${status}: ${instancePath || "the body"} ${message}`,
      );
    },
  };
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  form: "application/x-www-form-urlencoded",
  json: "application/json",
};

function fieldsIn({ kind, text }: RawBody): readonly string[] {
  return kind === "json"
    ? Object.keys(Object(JSON.parse(text)))
    : text.split("&").map((pair) => decodeURIComponent(pair.split("=", 1)[0] ?? ""));
}

/** Names that one of a schema's shapes has; undefined when it does not say all of them. */
function knownFields(document: Node, schema: Node): readonly string[] | undefined {
  const reference = schema["$ref"];
  if (typeof reference === "string") {
    return knownFields(document, reference.slice(2).split("/").reduce(child, document));
  }
  const shapes = schema["oneOf"] ?? schema["anyOf"];
  if (Array.isArray(shapes)) return shapes.flatMap((shape) => knownFields(document, asNode(shape)) ?? []);
  return schema["additionalProperties"] === false ? Object.keys(child(schema, "properties")) : undefined;
}

function child(node: Node, key: string): Node {
  return asNode(node[key]);
}

function asNode(value: unknown): Node {
  return typeof value === "object" && value !== null ? (value as Node) : {};
}

function escapePointer(key: string): string {
  return encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"));
}
