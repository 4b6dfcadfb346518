import { stripVTControlCharacters, styleText } from "node:util";

/** Shows long work: a line that is drawn anew in a terminal, one line an event elsewhere. */
export interface Steps {
  /** Runs one step; `say` shows what it is at. */
  run<T>(title: string, work: (say: (line: string) => void) => Promise<T>): Promise<T>;
  say(text: string): void;
}

/** A terminal that tells no size, as a serial console may, shows nothing of a line that is cut to none. */
const LEAST_COLUMNS = 20;
const REDRAW_MS = 1_000;
const TO_EMPTY_LINE = "\r\u001b[2K";

export function createSteps(output: Pick<NodeJS.WriteStream, "isTTY" | "columns" | "write">): Steps {
  const isLive = output.isTTY && output.columns >= LEAST_COLUMNS;
  return {
    async run(title, work) {
      const startedMs = performance.now();
      const seconds = () => `${Math.round((performance.now() - startedMs) / 1000)} s`;
      let now = "";
      const draw = () => {
        const line = `… ${title}  ${seconds()}  ${now}`.slice(0, output.columns - 1);
        output.write(`${TO_EMPTY_LINE}${line}`);
      };
      const end = (mark: string, how: string) =>
        output.write(`${isLive ? `${TO_EMPTY_LINE}${mark} ` : ""}${title}: ${how} ${seconds()}\n`);

      if (isLive) draw();
      else output.write(`${title}\n`);
      const redraw = isLive ? setInterval(draw, REDRAW_MS) : undefined;
      try {
        const result = await work((line) => {
          now = stripVTControlCharacters(line);
          if (isLive) draw();
          else output.write(`  ${line}\n`);
        });
        end(styleText("green", "✔"), "done in");
        return result;
      } catch (error) {
        end(styleText("red", "✖"), "failed after");
        throw error;
      } finally {
        clearInterval(redraw);
      }
    },
    say: (text) => void output.write(`${text}\n`),
  };
}
