import { parseJson } from "@autoscaler/service-kit";

export interface JsonAnswer {
  readonly status: number;
  /** `undefined` when the body is not JSON. */
  readonly body: unknown;
}

/**
 * One request with a deadline for the whole answer; any status is an answer.
 *
 * @throws one plain error without headers or body when there is no complete answer.
 */
export async function requestJson(
  url: string,
  { method = "GET", token, json, timeoutMs }: JsonRequest,
): Promise<JsonAnswer> {
  try {
    const response = await fetch(url, {
      method,
      headers: {
        accept: "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(json === undefined ? {} : { "content-type": "application/json" }),
      },
      signal: AbortSignal.timeout(timeoutMs),
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    return { status: response.status, body: parseJson(await response.text()) };
  } catch (error) {
    throw new Error(`${method} ${url.split("?", 1)[0]}: no complete answer (${reasonOf(error)})`);
  }
}

export interface JsonRequest {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly token?: string;
  readonly json?: unknown;
  readonly timeoutMs: number;
}

/** By shape: fetch wraps the system's code, for example `ECONNREFUSED`, in its cause. */
function reasonOf(error: unknown): string {
  const code = field(field(error, "cause"), "code");
  return typeof code === "string" ? code : String(field(error, "name") ?? "failed");
}

function field(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}
