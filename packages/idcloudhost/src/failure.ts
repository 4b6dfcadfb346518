import { fieldOf } from "@autoscaler/service-kit/field-of.ts";
import type { CloudErrorCode, CloudOutcome } from "./errors.ts";

export interface Classified {
  readonly code: CloudErrorCode;
  readonly outcome: CloudOutcome;
  readonly retryAfterMs?: number;
}

export interface BrokenConnection extends Classified {
  readonly reason: string;
  readonly networkCode?: string;
}

/** Failures that come before any byte of a request: no address, no connection, no trusted peer. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

/** What a request without a complete answer tells. Reads by shape: `instanceof` is false across realms. */
export function classifyBrokenConnection(failure: unknown, deadlinePassed: boolean): BrokenConnection {
  if (deadlinePassed) {
    return { code: "CLOUD_TIMEOUT", outcome: "unknown", reason: "no complete answer before the deadline" };
  }
  const networkCode = code(failure) ?? code(fieldOf(failure, "cause"));
  const connecting =
    fieldOf(failure, "syscall") === "connect" || fieldOf(failure, "cause", "syscall") === "connect";
  const neverSent = networkCode !== undefined && (NEVER_SENT.has(networkCode) || connecting);
  return {
    code: "CLOUD_UNREACHABLE",
    outcome: neverSent ? "not-sent" : "unknown",
    reason: `no complete answer (${networkCode ?? "connection broken"})`,
    ...(networkCode === undefined ? {} : { networkCode }),
  };
}

/** What a status and its body mean (docs/api-facts.md#errors). */
export function classifyAnswer(status: number, body: unknown, headers: unknown): Classified {
  const text = errorText(body);
  if (status >= 500) return { code: "CLOUD_FAILED", outcome: "unknown", ...retryAfterOf(headers) };
  if (status === 401 || status === 403) return { code: "CLOUD_UNAUTHORIZED", outcome: "rejected" };
  if (status === 404 && text.includes("no route and no API found")) {
    return { code: "CLOUD_ROUTE_UNKNOWN", outcome: "rejected" };
  }
  if (status === 404 || /^No such virtual machine exists|^Network UUID is invalid/m.test(text)) {
    return { code: "CLOUD_NOT_FOUND", outcome: "rejected" };
  }
  if (status === 409) return { code: "CLOUD_LOCKED", outcome: "rejected" };
  if (status === 429) return { code: "CLOUD_RATE_LIMITED", outcome: "rejected", ...retryAfterOf(headers) };
  if (status >= 300 && status < 400) return { code: "CLOUD_BAD_ANSWER", outcome: "unknown" };
  return { code: "CLOUD_REFUSED", outcome: "rejected" };
}

/** All the words of an error body, whichever of its five shapes it has, one a line. */
export function errorText(body: unknown): string {
  const errors = fieldOf(body, "errors");
  const texts =
    typeof errors === "object" && errors !== null
      ? Object.entries(errors).map(([name, value]) => {
          const text = typeof value === "string" ? value : fieldOf(value, "msg");
          return name === "Error" ? text : `${name}: ${typeof text === "string" ? text : "refused"}`;
        })
      : [errors, fieldOf(body, "message") ?? fieldOf(body, "error")];
  return texts
    .filter((text) => typeof text === "string")
    .join("\n")
    .trim();
}

export function correlationIdOf(headers: unknown): string | undefined {
  const value = fieldOf(headers, "x-warren-correlation-id");
  return typeof value === "string" && /^[\w.:-]{1,100}$/.test(value) ? value : undefined;
}

/** `retry-after` in seconds or as a date. */
function retryAfterOf(headers: unknown): { readonly retryAfterMs?: number } {
  const value = fieldOf(headers, "retry-after");
  if (typeof value !== "string" || value.trim() === "") return {};
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? { retryAfterMs: Math.max(0, ms) } : {};
}

function code(value: unknown): string | undefined {
  const text = fieldOf(value, "code");
  return typeof text === "string" ? text : undefined;
}
