import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { parseJson } from "@autoscaler/service-kit/parse-json.ts";
import axios from "axios";
import { CloudError, type CloudErrorDetails } from "./errors.ts";
import { classifyAnswer, classifyBrokenConnection, correlationIdOf, errorText } from "./failure.ts";
import { encodeForm, type Form } from "./form.ts";

export interface CloudRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** From `/v1` on, without a query. */
  readonly path: string;
  readonly query?: Form;
  readonly form?: Form;
  readonly json?: Readonly<Record<string, unknown>>;
  readonly deadlineMs: number;
}

/** Sends a request exactly once. Resolves with the parsed body, undefined when it is empty. */
export type Transport = (request: CloudRequest) => Promise<unknown>;

/** No answer of the API is near this; image icons make the largest. */
const ANSWER_LIMIT_BYTES = 32 * 1024 * 1024;
const BODIES_THAT_ARE_SECRET: readonly string[] = ["password", "cloud_init"];

/**
 * The one place that holds the API key. It is sent as a header and nowhere else: what the HTTP library
 * throws (it carries the headers) is read and dropped, and the server's error texts are searched for the key.
 *
 * @throws {CloudError} for every failure; nothing else escapes.
 */
export function createTransport(options: { readonly baseUrl: string; readonly apiKey: string }): Transport {
  const { baseUrl, apiKey } = options;
  const reused = {
    httpAgent: new HttpAgent({ keepAlive: true }),
    httpsAgent: new HttpsAgent({ keepAlive: true }),
  };
  // A kept connection may be closed by the server just as it is used: harmless for a read, an unknown outcome for a change.
  const fresh = {
    httpAgent: new HttpAgent({ keepAlive: false }),
    httpsAgent: new HttpsAgent({ keepAlive: false }),
  };
  const http = axios.create({
    baseURL: baseUrl,
    maxRedirects: 0,
    maxContentLength: ANSWER_LIMIT_BYTES,
    responseType: "text",
    transformRequest: [(body: unknown) => body],
    transformResponse: [(body: unknown) => body],
    validateStatus: () => true,
    // A plain http URL is the local cloud, which no proxy can reach.
    ...(baseUrl.startsWith("http:") ? { proxy: false } : {}),
  });

  return async function send({ method, path, query, form, json, deadlineMs }) {
    const request = `${method} ${path}`;
    const signal = AbortSignal.timeout(deadlineMs);
    let status: number;
    let headers: unknown;
    let text: unknown;
    try {
      const body = form === undefined ? json && JSON.stringify(json) : encodeForm(form);
      const response = await http.request<unknown>({
        method,
        url: query === undefined ? path : `${path}?${encodeForm(query)}`,
        headers: {
          apikey: apiKey,
          accept: "application/json",
          "user-agent": "idcloudhost-autoscaler",
          ...(body === undefined ? {} : { "content-type": contentType(form) }),
        },
        ...(body === undefined ? {} : { data: body }),
        signal,
        ...(method === "GET" ? reused : fresh),
      });
      ({ status, headers, data: text } = response);
    } catch (failure) {
      const broken = classifyBrokenConnection(failure, signal.aborted);
      const { reason, ...details } = broken;
      throw new CloudError(reason, { request, ...details });
    }
    const secrets = [apiKey, ...secretsOf({ ...form, ...json })];
    return parseAnswer({ request, status, headers, text: typeof text === "string" ? text : "" }, secrets);
  };
}

interface Answer {
  readonly request: string;
  readonly status: number;
  readonly headers: unknown;
  readonly text: string;
}

function parseAnswer({ request, status, headers, text }: Answer, secrets: readonly string[]): unknown {
  const correlationId = correlationIdOf(headers);
  const about = { request, status, ...(correlationId === undefined ? {} : { correlationId }) };
  const value = parseJson(text);
  const good = status >= 200 && status < 300;
  if (good && value === undefined && text.trim() !== "") {
    const details: CloudErrorDetails = { ...about, code: "CLOUD_BAD_ANSWER", outcome: "unknown" };
    throw new CloudError(`answered ${status} with a body that is not JSON`, details);
  }
  if (good && !hasErrors(value)) return value;
  const said = withoutSecrets(errorText(value), secrets);
  const classified = classifyAnswer(status, value, headers);
  const hint = classified.code === "CLOUD_UNAUTHORIZED" ? ` (${KEY_REFUSED})` : "";
  throw new CloudError(`answered ${status}${said === "" ? "" : `: ${said}`}${hint}`, {
    ...about,
    ...classified,
  });
}

const KEY_REFUSED =
  "the API key is refused; after a change of it run `pulumi up`, or for `pulumi refresh` and `destroy` set IDCLOUDHOST_API_KEY to the new one";

function contentType(form: Form | undefined): string {
  return form === undefined ? "application/json" : "application/x-www-form-urlencoded";
}

/** Errors may arrive with status 200: an unverified claim (docs/api-facts.md#errors). */
function hasErrors(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && "errors" in value;
}

function secretsOf(values: Readonly<Record<string, unknown>>): readonly string[] {
  return BODIES_THAT_ARE_SECRET.map((name) => values[name]).filter((value) => typeof value === "string");
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  const cleaned = secrets
    .filter((secret) => secret.length > 0)
    .reduce(
      (rest, secret) =>
        rest.replaceAll(secret, "[hidden]").replaceAll(encodeURIComponent(secret), "[hidden]"),
      text,
    );
  return cleaned.length > 300 ? `${cleaned.slice(0, 300)}...` : cleaned;
}
