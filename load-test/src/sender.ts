import { fieldOf } from "@autoscaler/service-kit";
import { Pool } from "undici";
import type { RequestShape } from "./scenario.ts";

/** `failure` is a short word: `timeout`, `connection-refused`, `connection-reset`, `network`, `status-503`. */
export type Outcome = { readonly kind: "ok" } | { readonly kind: "failed"; readonly failure: string };

export interface Sender {
  /** Sends one request and reads its whole answer. Never rejects. */
  send(): Promise<Outcome>;
  close(): Promise<void>;
}

export interface SenderOptions {
  readonly url: string;
  readonly request: RequestShape;
  readonly timeoutMs: number;
}

/** More than any load here needs at once, so that no request waits on this side. */
const CONNECTION_COUNT = 2048;

export function createSender({ url, request, timeoutMs }: SenderOptions): Sender {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: CONNECTION_COUNT, connect: { timeout: timeoutMs } });
  const path = `${pathname.replace(/\/$/, "")}${request.path}`;
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const headers = body === undefined ? {} : { "content-type": "application/json" };

  return {
    async send() {
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const response = await pool.request({
          method: request.method,
          path,
          headers,
          body: body ?? null,
          signal,
        });
        await response.body.text();
        const { statusCode } = response;
        return statusCode < 300 ? { kind: "ok" } : { kind: "failed", failure: `status-${statusCode}` };
      } catch (error) {
        return { kind: "failed", failure: signal.aborted ? "timeout" : failureOf(error) };
      }
    },
    close: () => pool.destroy(),
  };
}

function failureOf(error: unknown): string {
  switch (fieldOf(error, "code")) {
    case "ECONNREFUSED":
      return "connection-refused";
    case "ECONNRESET":
    case "EPIPE":
    case "UND_ERR_SOCKET":
      return "connection-reset";
    case "UND_ERR_CONNECT_TIMEOUT":
    case "ETIMEDOUT":
      return "timeout";
    default:
      return "network";
  }
}
