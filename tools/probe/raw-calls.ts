import { parseJson } from "@autoscaler/service-kit";

/** An answer as the cloud gave it. */
export interface RawAnswer {
  readonly status: number;
  /** The body's text, truncated and without the key. */
  readonly text: string;
  readonly body: unknown;
  readonly durationMs: number;
}

export interface RawCalls {
  /** `path` is below the location; `form` is sent as it is. */
  send(
    method: string,
    path: string,
    body?: { readonly form?: string; readonly json?: object },
  ): Promise<RawAnswer>;
}

const DEADLINE_MS = 300_000;
const TEXT_LIMIT = 300;

/** Calls without the client's decoding, retries and lenient reading. */
export function createRawCalls(options: {
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly location: string;
}): RawCalls {
  const { apiUrl, apiKey, location } = options;
  const base = `${apiUrl.replace(/\/+$/, "")}/v1${location === "" ? "" : `/${location}`}`;
  return {
    async send(method, path, { form, json } = {}) {
      const startMs = performance.now();
      const body = form ?? (json === undefined ? undefined : JSON.stringify(json));
      const contentType = form === undefined ? "application/json" : "application/x-www-form-urlencoded";
      const response = await fetch(`${base}/${path}`, {
        method,
        headers: { apikey: apiKey, ...(body === undefined ? {} : { "content-type": contentType }) },
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      const text = (await response.text()).replaceAll(apiKey, "[key]");
      const durationMs = Math.round(performance.now() - startMs);
      return { status: response.status, text: text.slice(0, TEXT_LIMIT), body: parseJson(text), durationMs };
    },
  };
}

/** `200 {"success":true}`, or `204 without a body`. */
export function quote({ status, text }: RawAnswer): string {
  return text === "" ? `${status} without a body` : `${status} ${text}`;
}
