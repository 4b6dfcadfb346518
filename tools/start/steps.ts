import { stripVTControlCharacters, styleText } from "node:util";
import { isDrawable, type Terminal } from "@autoscaler/load-test/terminal.ts";

/** Shows long work: a line that is drawn anew in a terminal with room for it, one line an event elsewhere. */
export interface Steps {
  /** Runs one step; `say` shows what it is at. */
  run<T>(title: string, work: (say: (line: string) => void) => Promise<T>): Promise<T>;
  say(text: string): void;
}

const REDRAW_MS = 1_000;
const TO_EMPTY_LINE = "\r\u001b[2K";

export function createSteps(output: Terminal): Steps {
  const columns = isDrawable(output) ? output.columns : 0;
  const isLive = columns > 0;
  return {
    async run(title, work) {
      const startedMs = performance.now();
      const seconds = () => `${Math.round((performance.now() - startedMs) / 1000)} s`;
      let now = "";
      const draw = () => {
        const line = `… ${title}  ${seconds()}  ${now}`.slice(0, columns - 1);
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
