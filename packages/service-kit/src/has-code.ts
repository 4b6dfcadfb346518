import { fieldOf } from "./field-of.ts";

/** Whether an error of Node's has this code, for example `ENOENT`. Works across realms, as `instanceof` does not. */
export function hasCode(error: unknown, code: string): boolean {
  return fieldOf(error, "code") === code;
}
