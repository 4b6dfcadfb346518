import { fieldOf } from "@autoscaler/service-kit/field-of.ts";
import { type JsonAnswer, type JsonRequest, requestJson } from "@autoscaler/service-kit/http-json.ts";

/** Grafana refused, or could not be asked. The message has Grafana's own words and never the token. */
export class GrafanaError extends Error {
  override readonly name = "GrafanaError";
  readonly code: "REFUSED" | "UNREACHABLE" | "DIFFERS";
  readonly status: number | undefined;

  constructor(code: GrafanaError["code"], message: string, status?: number, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.status = status;
  }
}

export interface GrafanaTarget {
  /** Without a slash at the end. */
  readonly url: string;
  readonly login: GrafanaLogin;
}

export type GrafanaLogin =
  /** Of a service account with the role Admin: Editor may not write data sources and contact points. */
  | { readonly kind: "token"; readonly token: string }
  /** Of the built-in user `admin`. */
  | { readonly kind: "password"; readonly password: string };

export interface Call {
  readonly method: NonNullable<JsonRequest["method"]>;
  readonly path: string;
  /** Every status that is no refusal. */
  readonly expects: readonly number[];
  readonly body?: unknown;
}

const TIMEOUT_MS = 30_000;
const WORDS_LIMIT = 500;

export type Ask = (call: Call) => Promise<JsonAnswer>;

/** Calls of one Grafana. Each is sent once: every one of them can be repeated by a whole new run. */
export function createAsk({ url, login }: GrafanaTarget): Ask {
  const authorization = authorizationOf(login);
  return async ({ method, path, expects, body }) => {
    const answer = await requestJson(`${url}${path}`, {
      method,
      headers: { authorization },
      json: body,
      timeoutMs: TIMEOUT_MS,
    }).catch((cause: unknown) => {
      throw new GrafanaError(
        "UNREACHABLE",
        `Grafana at ${url} does not answer${login.kind === "token" ? ": check grafana.url" : ""}`,
        undefined,
        cause,
      );
    });
    const { status } = answer;
    if (!expects.includes(status)) {
      throw new GrafanaError(
        "REFUSED",
        `Grafana answers ${status} to ${method} ${path}: ${wordsOf(answer)}${hint(status, login)}`,
        status,
      );
    }
    return answer;
  };
}

function wordsOf({ text, body }: JsonAnswer): string {
  const message = fieldOf(body, "message");
  return (typeof message === "string" ? message : text).slice(0, WORDS_LIMIT) || "(no text)";
}

/** The value of the header. */
export function authorizationOf(login: GrafanaLogin): string {
  if (login.kind === "token") return `Bearer ${login.token}`;
  return `Basic ${Buffer.from(`admin:${login.password}`).toString("base64")}`;
}

function hint(status: number, { kind }: GrafanaLogin): string {
  if (status === 401 && kind === "password")
    return "; its admin password is not the stack's: set it by `grafana cli admin reset-admin-password`";
  if (status === 401) return "; check grafana.token";
  if (status === 403) return "; the token needs the role Admin, or the object belongs to a provisioning file";
  return "";
}
