export { type AtomicWriteOptions, writeFileAtomically } from "./atomic-file.ts";
export { type Clock, createFakeClock, type FakeClock, systemClock } from "./clock.ts";
export {
  ConfigurationError,
  type Environment,
  readEnvironment,
  variable,
} from "./environment.ts";
export { escapeHtml } from "./escape-html.ts";
export { hasCode } from "./has-code.ts";
export { type JsonRequest, requestJson } from "./http-json.ts";
export { HttpError, httpServerDefaults, requireBearer, sameSecret, useErrorBodies } from "./http-service.ts";
export { isExecutable } from "./is-executable.ts";
export { createLogger, type Logger, type LoggerOptions } from "./logger.ts";
export { omitUndefined } from "./omit-undefined.ts";
export { parseJson } from "./parse-json.ts";
export { closeOnSignal, runMain } from "./shutdown.ts";
