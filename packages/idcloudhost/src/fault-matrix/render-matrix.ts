/** A table of text: rows by function, columns by fault, headed by numbers that a legend explains. */
export function renderMatrix(
  columns: readonly string[],
  rows: readonly { readonly name: string; readonly cells: readonly string[] }[],
): string {
  const width = Math.max(...rows.map(({ name }) => name.length));
  const line = (name: string, cells: readonly string[]) =>
    `${name.padEnd(width)} ${cells.map((cell) => (cell.startsWith("failed") ? "FAILED" : cell).padStart(6)).join("")}`;
  return [
    "Changes of the cloud under faults (ok: at the first try; again: reported as failed, called once more; -: fault does not apply)",
    line(
      "",
      columns.map((_, index) => String(index + 1)),
    ),
    ...rows.map(({ name, cells }) => line(name, cells)),
    ...columns.map((column, index) => `${String(index + 1).padStart(3)} ${column}`),
  ].join("\n");
}
