import { readFileSync } from "node:fs";
import { parseStat } from "../machines/nspawn/host/process-identity.ts";
import { DEFAULT_INSTANCE, type Instance } from "../machines/nspawn/instance.ts";
import { type CloudStatus, status } from "./status.ts";

/** Ctrl-C, the end of the terminal, or of the command that started this: everything is taken down. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly code = "INTERRUPTED";

  constructor() {
    super("interrupted");
  }
}

export interface InterruptionOptions {
  /** What leaving now would leave on this machine, each a few words. */
  readonly remains: () => Promise<readonly string[]>;
  /** The command that removes it. */
  readonly cleanUp: string;
}

const NPM_POLL_MS = 1_000;
/** npm hands a signal on that the terminal has sent to all: one key press may come twice. */
const SAME_PRESS_MS = 400;

/**
 * A signal that aborts on SIGINT, SIGTERM, SIGHUP, or when the npm that started this is gone. From then on
 * only Ctrl-C counts: the second one says what leaving would leave behind, the third leaves. A terminal or a
 * pipe that is gone stops nothing.
 */
export function listenForInterruption({ remains, cleanUp }: InterruptionOptions): AbortController {
  const controller = new AbortController();
  const say = (line: string) => void process.stderr.write(`\n${line}\n`);
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

  const stop = () => {
    if (controller.signal.aborted) return;
    say("taking everything down");
    controller.abort(new Interrupted());
  };
  for (const name of ["SIGTERM", "SIGHUP"] as const) process.on(name, stop);

  let presses = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  process.on("SIGINT", () => {
    const nowMs = performance.now();
    const isSamePress = nowMs - lastMs < SAME_PRESS_MS;
    lastMs = nowMs;
    if (isSamePress) return;
    presses = controller.signal.aborted ? presses + 1 : 0;
    if (presses === 0) return stop();
    if (presses > 1) {
      say(`left at once; this removes the rest: ${cleanUp}`);
      process.exit(130);
    }
    void remains().then(
      (things) =>
        say(
          `still taking everything down; leaving now leaves ${things.length === 0 ? "nothing of note" : things.join(", ")}. Ctrl-C once more leaves all the same; then \`${cleanUp}\` removes it`,
        ),
      () => say(`still taking everything down. Ctrl-C once more leaves at once; then run: ${cleanUp}`),
    );
  });
  watchNpm(stop);
  return controller;
}

/** For a local cloud: what there is of it, and the command that removes it. */
export function interruptionOf(instance: Instance): InterruptionOptions {
  const name = instance.name === DEFAULT_INSTANCE ? "" : ` --instance ${instance.name}`;
  return {
    remains: async () => describeRemains(await status(instance)),
    cleanUp: `npm run local-cloud --${name} down`,
  };
}

export function describeRemains({
  machines,
  services,
  state,
}: Pick<CloudStatus, "machines" | "services" | "state">): readonly string[] {
  const running = services.filter((service) => service.running);
  return [
    ...(machines.length === 0
      ? []
      : [`${machines.length} machines (${machines.filter((machine) => machine.running).length} running)`]),
    ...(running.length === 0 ? [] : [`the processes ${running.map(({ name }) => name).join(", ")}`]),
    ...(state === "down" ? [] : ["the network"]),
  ];
}

/** Killed alone, npm leaves its children running, in no terminal's foreground. */
function watchNpm(onGone: () => void): void {
  if (process.env["npm_lifecycle_event"] === undefined) return;
  const npm = starter(process.ppid);
  setInterval(() => {
    if (starter(process.ppid) !== npm) onGone();
  }, NPM_POLL_MS).unref();
}

/** The nearest process above that is no shell: npm starts a script by one, which may or may not stay. */
function starter(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const parent = parseStat(stat)?.parentPid ?? 1;
    return pid > 1 && /\((?:ba|da|a|k|z)?sh\)/.test(stat) ? starter(parent) : pid;
  } catch {
    return 1; // ended between two looks
  }
}
