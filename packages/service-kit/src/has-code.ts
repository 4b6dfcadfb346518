/** Whether an error of Node's has this code, for example `ENOENT`. Works across realms, as `instanceof` does not. */
export function hasCode(error: unknown, code: string): boolean {
  return typeof error === "object" && error !== null && Reflect.get(error, "code") === code;
}
