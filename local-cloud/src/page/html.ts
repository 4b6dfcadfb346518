import { escapeHtml } from "@autoscaler/service-kit";

/** Text that is already HTML. */
export interface Html {
  readonly html: string;
}

type Part = string | number | Html | readonly Html[] | undefined;

/** A template whose values are escaped, unless they are HTML themselves. */
export function html(texts: TemplateStringsArray, ...values: readonly Part[]): Html {
  return { html: texts.map((text, index) => text + render(values[index])).join("") };
}

function render(value: Part): string {
  if (value === undefined) return "";
  if (typeof value === "string") return escapeHtml(value);
  if (typeof value === "number") return String(value);
  return "html" in value ? value.html : value.map((part) => part.html).join("");
}

interface Column {
  readonly title: string;
  readonly side: "" | "figure";
}

/** A column of numbers, which are aligned right. */
export const figure = (title: string): Column => ({ title, side: "figure" });

/** A table that becomes a list of cards on a narrow screen. */
export function table(
  columns: readonly (string | Column)[],
  rows: readonly (readonly Html[])[],
  empty: string,
): Html {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`;
  const heads = columns.map((column) => (typeof column === "string" ? { title: column, side: "" } : column));
  const cells = (row: readonly Html[]) =>
    heads.map(
      ({ title, side }, index) =>
        html`<td data-title="${title}" class="${side}"><div>${row[index]}</div></td>`,
    );
  return html`<table>
<thead><tr>${heads.map(({ title, side }) => html`<th class="${side}">${title}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${cells(row)}</tr>\n`)}</tbody>
</table>`;
}
