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

export interface Column {
  readonly title: string;
  /** Numbers are aligned right. */
  readonly isFigure?: boolean;
}

/** A table that becomes a list of cards on a narrow screen. */
export function table(columns: readonly Column[], rows: readonly (readonly Html[])[], empty: string): Html {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`;
  const side = ({ isFigure }: Column) => (isFigure === true ? "figure" : "");
  const cells = (row: readonly Html[]) =>
    columns.map(
      (column, index) =>
        html`<td data-title="${column.title}" class="${side(column)}"><div>${row[index]}</div></td>`,
    );
  return html`<table>
<thead><tr>${columns.map((column) => html`<th class="${side(column)}">${column.title}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${cells(row)}</tr>\n`)}</tbody>
</table>`;
}
