import { readFile } from "node:fs/promises";
import { BackendsUpdate } from "@autoscaler/contracts";
import { hasCode, type Logger, parseJson, writeFileAtomically } from "@autoscaler/service-kit";
import { Value } from "typebox/value";
import { type AllowedBackends, backendProblems } from "./allowed-backends.ts";
import { type WantedBackends, wantedFrom } from "./wanted-backends.ts";

export interface StateFile {
  /** What was wanted last, or undefined: never told, or the file is not usable. */
  load(): Promise<WantedBackends | undefined>;
  save(wanted: WantedBackends): Promise<void>;
}

export interface StateFileOptions {
  readonly directory: string;
  readonly allowed: AllowedBackends;
  readonly log: Pick<Logger, "error">;
}

/**
 * Keeps the wanted state over restarts. An unusable file (damaged, or of another network) is reported and
 * treated as "never told": the seed is served, and the scaler's next word repairs the rest.
 */
export function createStateFile({ directory, allowed, log }: StateFileOptions): StateFile {
  const path = `${directory}/backends.json`;

  return {
    async load() {
      const text = await readIfThere(path);
      if (text === undefined) return undefined;
      const value = parseJson(text);
      if (Value.Check(BackendsUpdate, value) && backendProblems(value, allowed).length === 0)
        return wantedFrom(value);
      log.error({ event: "state.unusable", path }, "the saved backends are not usable and are left out");
      return undefined;
    },
    async save(wanted) {
      const options = { stagingDirectory: `${directory}/staging`, mode: 0o640 };
      await writeFileAtomically(path, `${JSON.stringify(wanted)}\n`, options);
    },
  };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
