import { open } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { parseJson } from "@autoscaler/service-kit";

/** What the engine does with one resource, in the order it happens. */
export interface ResourceEvent {
  readonly kind: "started" | "finished" | "failed";
  /** For example `Vm lb-vm`. */
  readonly resource: string;
  /** `create`, `update`, `delete`, ... */
  readonly operation: string;
}

interface EngineEvent {
  readonly resourcePreEvent?: { readonly metadata?: StepMetadata };
  readonly resOutputsEvent?: { readonly metadata?: StepMetadata };
  readonly resOpFailedEvent?: { readonly metadata?: StepMetadata };
}

interface StepMetadata {
  readonly op?: string;
  readonly urn?: string;
}

const POLL_MS = 200;

/** Follows the engine's event log (one JSON object a line) until `done` settles. */
export async function followEvents(
  file: string,
  done: Promise<unknown>,
  onEvent: (event: ResourceEvent) => void,
): Promise<void> {
  let finished = false;
  const settled = done.then(
    () => undefined,
    () => undefined,
  );
  void settled.then(() => {
    finished = true;
  });
  let position = 0;
  for (;;) {
    const last = finished;
    const text = await readLines(file, position);
    position += Buffer.byteLength(text);
    for (const line of text.split("\n")) {
      const event = parseEvent(line);
      if (event !== undefined) onEvent(event);
    }
    if (last) return;
    await Promise.race([delay(POLL_MS), settled]);
  }
}

/** One line of the event log; undefined for events that are of no interest here and for broken lines. */
export function parseEvent(line: string): ResourceEvent | undefined {
  const event = (parseJson(line) ?? {}) as EngineEvent;
  return (
    describe("started", event.resourcePreEvent?.metadata) ??
    describe("finished", event.resOutputsEvent?.metadata) ??
    describe("failed", event.resOpFailedEvent?.metadata)
  );
}

function describe(
  kind: ResourceEvent["kind"],
  metadata: StepMetadata | undefined,
): ResourceEvent | undefined {
  if (metadata?.urn === undefined || metadata.op === undefined || metadata.op === "same") return undefined;
  const [, , types = "", name = ""] = metadata.urn.split("::");
  const type = types.split("$").at(-1)?.split(":").at(-1) ?? "";
  if (type === "Stack" || type === "") return undefined;
  return { kind, resource: `${type} ${name}`, operation: metadata.op };
}

/** The whole lines after `position`; a line that is still being written waits for its end. */
async function readLines(file: string, position: number): Promise<string> {
  try {
    const handle = await open(file, "r");
    try {
      const { size } = await handle.stat();
      const buffer = Buffer.alloc(Math.max(0, size - position));
      await handle.read(buffer, 0, buffer.length, position);
      return buffer.subarray(0, buffer.lastIndexOf(0x0a) + 1).toString("utf8");
    } finally {
      await handle.close();
    }
  } catch {
    return "";
  }
}
