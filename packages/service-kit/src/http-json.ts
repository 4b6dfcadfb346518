import { fieldOf } from "./field-of.ts";
import { parseJson } from "./parse-json.ts";

export interface JsonRequest {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as `Authorization: Bearer <token>`. */
  readonly token?: string;
  readonly json?: unknown;
  /** For the whole answer. */
  readonly timeoutMs: number;
}

export interface JsonAnswer {
  readonly status: number;
  readonly text: string;
  /** `undefined` when the text is not JSON. */
  readonly body: unknown;
}

/** No answer that is asked for here is near this. */
const ANSWER_LIMIT_BYTES = 32 * 1024 * 1024;

/**
 * One request, sent once; any status is an answer.
 *
 * @throws one plain error without headers, query or body when there is no complete answer.
 */
export async function requestJson(
  url: string,
  { method = "GET", headers, token, json, timeoutMs }: JsonRequest,
): Promise<JsonAnswer> {
  try {
    const response = await fetch(url, {
      method,
      headers: {
        accept: "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(json === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      signal: AbortSignal.timeout(timeoutMs),
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    const text = await textOf(response);
    return { status: response.status, text, body: parseJson(text) };
  } catch (error) {
    throw new Error(`${method} ${url.split("?", 1)[0]}: no complete answer (${reasonOf(error)})`);
  }
}

async function textOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body ?? []) {
    sizeBytes += chunk.length;
    if (sizeBytes > ANSWER_LIMIT_BYTES) throw new RangeError("the answer is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** By shape: fetch wraps the system's code, for example `ECONNREFUSED`, in its cause. */
function reasonOf(error: unknown): string {
  const code = fieldOf(error, "cause", "code");
  return typeof code === "string" ? code : String(fieldOf(error, "name") ?? "failed");
}
