import { createHmac } from "node:crypto";
import { sameSecret } from "@autoscaler/service-kit";

/** Grafana's names: `hmacConfig.header` (its default) and `hmacConfig.timestampHeader`. */
export const SIGNATURE_HEADER = "x-grafana-alerting-signature";
export const TIMESTAMP_HEADER = "x-grafana-alerting-timestamp";

/** A signed time further away than this is refused; within it each signature is good once. */
const TOLERANCE_MS = 300_000;

export interface AlertCredentials {
  readonly authorization?: string | undefined;
  readonly signature?: string | undefined;
  /** Unix seconds. */
  readonly timestamp?: string | undefined;
}

export type AlertRefusal = "UNAUTHORIZED" | "SIGNATURE_INVALID" | "TIMESTAMP_INVALID" | "REPLAYED";

export interface AlertGateOptions {
  readonly token: string;
  readonly hmacKey: string;
  readonly nowMs: () => number;
}

/**
 * Who may wake the scaler: the bearer of the token, or who signs with the key as Grafana does (lower-case hex of
 * HMAC-SHA256 over `<timestamp>:<body>`). What is given must be right: a good token does not excuse a bad signature.
 */
export function createAlertGate({ token, hmacKey, nowMs }: AlertGateOptions) {
  const seen = new Map<string, number>();

  const checkSignature = (signature: string, timestamp: string, body: Buffer): AlertRefusal | undefined => {
    const now = nowMs();
    if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now - Number(timestamp) * 1000) > TOLERANCE_MS) {
      return "TIMESTAMP_INVALID";
    }
    const expected = createHmac("sha256", hmacKey).update(`${timestamp}:`).update(body).digest("hex");
    if (!sameSecret(signature, expected)) return "SIGNATURE_INVALID";
    for (const [old, untilMs] of seen) if (untilMs < now) seen.delete(old);
    if (seen.has(signature)) return "REPLAYED";
    seen.set(signature, now + 2 * TOLERANCE_MS);
    return undefined;
  };

  return {
    /** Before the body is read: whether there is anything to check at all. */
    mayPass: ({ authorization, signature }: AlertCredentials): boolean =>
      authorization === undefined ? signature !== undefined : sameSecret(authorization, `Bearer ${token}`),
    /** With the body as it came. */
    refusalOf({ signature, timestamp }: AlertCredentials, body: Buffer): AlertRefusal | undefined {
      return signature === undefined ? undefined : checkSignature(signature, timestamp ?? "", body);
    },
  };
}
