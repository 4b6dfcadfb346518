import { parseShape } from "@autoscaler/shape";
import { InvalidArgumentError } from "commander";
import type { Static, TSchema } from "typebox";

/** Reads an argument of a command as a shape says; commander puts the argument's name before the sentence. */
export function argument<S extends TSchema>(shape: S): (text: string) => Static<S> {
  return (text) => {
    const parsed = parseShape(shape, text, { whole: "It", takesText: true });
    if (parsed.kind === "ok") return parsed.value;
    throw new InvalidArgumentError(`${parsed.problems.join("; ")}.`);
  };
}
