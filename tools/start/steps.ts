import { styleText } from "node:util";
import { isDrawable, type Terminal } from "@autoscaler/load-test/terminal.ts";
import { Listr, type ListrTaskWrapper } from "listr2";

/** Shows long work: a live list in a terminal with room for it, one line an event elsewhere. */
export interface Steps {
  /** Runs one step; `say` shows what it is at. */
  run<T>(title: string, work: (say: (line: string) => void) => Promise<T>): Promise<T>;
  say(text: string): void;
}

export function createSteps(output: Terminal): Steps {
  const isLive = isDrawable(output);
  return {
    async run(title, work) {
      const startedMs = performance.now();
      const seconds = () => `${Math.round((performance.now() - startedMs) / 1000)} s`;
      return isLive ? live(title, work, seconds) : plain(output, title, work, seconds);
    },
    say: (text) => void output.write(`${text}\n`),
  };
}

async function plain<T>(
  output: Terminal,
  title: string,
  work: (say: (line: string) => void) => Promise<T>,
  seconds: () => string,
): Promise<T> {
  output.write(`${title}\n`);
  try {
    const result = await work((line) => void output.write(`  ${line}\n`));
    output.write(`${title}: done in ${seconds()}\n`);
    return result;
  } catch (error) {
    output.write(`${title}: failed after ${seconds()}\n`);
    throw error;
  }
}

async function live<T>(
  title: string,
  work: (say: (line: string) => void) => Promise<T>,
  seconds: () => string,
): Promise<T> {
  let result: { readonly value: T } | undefined;
  const run = async (
    _context: unknown,
    task: Pick<ListrTaskWrapper<unknown, never, never>, "output" | "title">,
  ) => {
    const value = await work((line) => {
      task.output = line;
    });
    task.title = `${title} ${styleText("dim", seconds())}`;
    result = { value };
  };
  await new Listr([{ title, task: run, rendererOptions: { outputBar: 3 } }], {
    registerSignalListeners: false,
    rendererOptions: { timer: { condition: false, field: () => "" }, showErrorMessage: false },
  }).run();
  if (result === undefined) throw new Error(`${title} ended without a result`);
  return result.value;
}
