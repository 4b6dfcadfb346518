/** What is known of a call that failed: was it never sent, was it refused, or may it have taken effect? */
export type CloudOutcome = "not-sent" | "rejected" | "unknown";

export type CloudErrorCode =
  /** Missing, wrong or insufficient API key. */
  | "CLOUD_UNAUTHORIZED"
  /** The VM, network or address does not exist. */
  | "CLOUD_NOT_FOUND"
  /** The gateway knows no such path: most often the location is wrong. */
  | "CLOUD_ROUTE_UNKNOWN"
  /** Another operation holds the VM. */
  | "CLOUD_LOCKED"
  | "CLOUD_RATE_LIMITED"
  /** Any other refusal. */
  | "CLOUD_REFUSED"
  /** The cloud failed (5xx). */
  | "CLOUD_FAILED"
  | "CLOUD_TIMEOUT"
  | "CLOUD_UNREACHABLE"
  /** An answer that is cut short or not of the documented shape. */
  | "CLOUD_BAD_ANSWER"
  /** Refused here, before anything was sent. */
  | "CLOUD_INPUT_INVALID"
  /** Several things have a name that must be unique. */
  | "CLOUD_AMBIGUOUS"
  /** Deleted, but still there when the time to prove its absence was over. */
  | "CLOUD_STILL_THERE";

export interface CloudErrorDetails {
  readonly code: CloudErrorCode;
  readonly outcome: CloudOutcome;
  /** For example `GET /v1/jkt01/user-resource/vm/list`. Never holds a query, a body or the key. */
  readonly request: string;
  readonly status?: number;
  readonly retryAfterMs?: number;
  readonly correlationId?: string;
  /** The system's own words for a broken connection, for example `ECONNRESET`. */
  readonly networkCode?: string;
}

/** The only error the client throws. It keeps nothing of the HTTP library's, whose errors carry the API key. */
export class CloudError extends Error {
  override readonly name = "CloudError";
  readonly code: CloudErrorCode;
  readonly outcome: CloudOutcome;
  readonly request: string;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly correlationId: string | undefined;
  readonly networkCode: string | undefined;

  constructor(message: string, details: CloudErrorDetails, cause?: CloudError) {
    super(`${details.request}: ${message}`, cause === undefined ? undefined : { cause });
    this.code = details.code;
    this.outcome = details.outcome;
    this.request = details.request;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
    this.correlationId = details.correlationId;
    this.networkCode = details.networkCode;
  }
}

export function isCloudError(error: unknown): error is CloudError {
  return error instanceof CloudError;
}

export function isNotFound(error: unknown): error is CloudError {
  return isCloudError(error) && error.code === "CLOUD_NOT_FOUND";
}

/** True when the call may have taken effect: the outcome has to be looked up. */
export function isUnknownOutcome(error: unknown): error is CloudError {
  return isCloudError(error) && error.outcome === "unknown";
}
