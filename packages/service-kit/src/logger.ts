import { type Logger, pino } from "pino";

export type { Logger } from "pino";

export interface LoggerOptions {
  readonly service: string;
  readonly level?: string;
}

/** JSON lines on stdout: ISO time, `service`, static `message`; header values that hold secrets are cut out. */
export function createLogger({ service, level = "info" }: LoggerOptions): Logger {
  return pino({
    level,
    base: { service },
    messageKey: "message",
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: ["req.headers.authorization", "req.headers.apikey", "headers.authorization", "headers.apikey"],
  });
}
