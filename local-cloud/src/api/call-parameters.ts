import { parseJson } from "@autoscaler/service-kit";
import { invalidFields, vmRefusal } from "../state/failures.ts";
import { decodeForm, type Parameters, type RawBody } from "./bodies.ts";

/** Parameters of a VM call. Readers collect what is wrong; `check` throws all of it together. */
export interface VmParameters {
  text(name: string): string | undefined;
  /** An empty text counts as not supplied. */
  required(name: string): string;
  integer(name: string): number | undefined;
  requiredInteger(name: string): number;
  boolean(name: string, fallback: boolean): boolean;
  refuse(name: string, text: string): void;
  /** @throws {CloudFailure} 400 with one text a field. */
  check(): void;
}

/** The VM service merges query, form and JSON (docs/api-facts.md#encodings); here the body wins. */
export function readVmParameters(
  query: Parameters,
  body: RawBody,
  settings: { readonly plusMeansSpace: boolean },
): VmParameters {
  const values = { ...query, ...fromBody(body, settings) };
  const errors: Record<string, string> = {};
  const refuse = (name: string, text: string) => {
    errors[name] ??= text;
  };

  const text = (name: string): string | undefined => {
    const value = [values[name]].flat().at(-1);
    return value === "" ? undefined : value;
  };
  const required = (name: string): string => {
    const value = text(name);
    if (value === undefined) refuse(name, `Required parameter '${name}' not supplied`);
    return value ?? "";
  };
  const integer = (name: string): number | undefined => {
    const value = text(name);
    if (value === undefined) return undefined;
    if (/^[+-]?\d{1,15}$/.test(value.trim())) return Number(value);
    refuse(name, "Invalid whole number provided");
    return undefined;
  };

  return {
    text,
    required,
    integer,
    requiredInteger(name) {
      required(name);
      return integer(name) ?? 0;
    },
    boolean(name, fallback) {
      const value = text(name);
      if (value === undefined) return fallback;
      if (/^(true|1)$/i.test(value)) return true;
      if (/^(false|0)$/i.test(value)) return false;
      refuse(name, "Invalid boolean provided");
      return fallback;
    },
    refuse,
    check() {
      if (Object.keys(errors).length > 0) throw invalidFields(errors);
    },
  };
}

function fromBody(body: RawBody, settings: { readonly plusMeansSpace: boolean }): Parameters {
  if (body.kind === "form") return decodeForm(body.text, settings);
  if (body.kind !== "json") return {};
  const parsed = parseJson(body.text);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw vmRefusal("Invalid JSON body provided");
  }
  return Object.fromEntries(
    Object.entries(parsed)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, Array.isArray(value) ? value.map(asText) : asText(value)]),
  );
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
