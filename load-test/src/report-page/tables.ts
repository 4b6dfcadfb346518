import { escapeHtml } from "@autoscaler/service-kit";
import { clockText, countText, msText, rateText } from "../format.ts";
import type { LoadTestResult } from "../result.ts";

export function decisionsTable({ decisions, reactions, policy }: LoadTestResult): string {
  if (policy === undefined) return "";
  const rows = decisions.map(({ id, atSecond, fromSize, toSize, loadPercent, sentence }, at) => {
    const inService = reactions.find(({ decisionId }) => decisionId === id)?.decisionToInServiceSeconds;
    return [
      `<td class="number"><span class="badge">${at + 1}</span></td>`,
      `<td class="number">${clockText(atSecond)}</td>`,
      `<td class="number">${fromSize} → ${toSize}</td>`,
      `<td class="number load-cell">${loadPercent === undefined ? "–" : `${Math.round(loadPercent)} %`}</td>`,
      `<td class="number ${inService === undefined ? "none" : "reaction"}">${inService === undefined ? "–" : `${Math.round(inService)} s`}</td>`,
      `<td class="sentence">${escapeHtml(sentence)}</td>`,
    ].join("");
  });
  const head = ["#", "At", "Servers", "CPU", "In service after", "Why"].map(
    (name) => `<th scope="col">${name}</th>`,
  );
  const body =
    rows.length === 0 ? '<tr><td colspan="6">The size was never changed.</td></tr>' : rows.map(row).join("");
  return `<section class="card"><h2>Decisions</h2><div class="scroll" tabindex="0" role="region" aria-label="Decisions"><table class="decisions"><thead><tr>${head.join("")}</tr></thead><tbody>${body}</tbody></table></div></section>`;
}

export function stagesTable({ stages }: LoadTestResult): string {
  const rows = stages.map((stage) => {
    const rate =
      stage.fromRps === stage.toRps
        ? rateText(stage.toRps)
        : `${rateText(stage.fromRps)} to ${rateText(stage.toRps)}`;
    return [
      `<td>${escapeHtml(stage.label)}</td>`,
      `<td class="number">${clockText(stage.startSecond)}–${clockText(stage.endSecond)}</td>`,
      `<td class="number">${rate}</td>`,
      `<td class="number">${countText(stage.requestCount)}</td>`,
      `<td class="number">${countText(stage.failedCount)}</td>`,
      ...[stage.p50Ms, stage.p95Ms, stage.maxMs].map((ms) => `<td class="number">${msText(ms)}</td>`),
    ].join("");
  });
  const head = ["Stage", "Time", "Rate", "Requests", "Failed", "p50", "p95", "Slowest"];
  return `<section class="card"><h2>Stages</h2><div class="scroll" tabindex="0" role="region" aria-label="Stages"><table><thead><tr>${head.map((name) => `<th scope="col">${name}</th>`).join("")}</tr></thead><tbody>${rows.map(row).join("")}</tbody></table></div></section>`;
}

/** Where it ran; nothing when the caller said nothing. */
export function factsTable({ facts = {} }: LoadTestResult): string {
  const rows = Object.entries(facts).map(([name, value]) =>
    row(`<th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td>`),
  );
  if (rows.length === 0) return "";
  return `<section class="card"><h2>Where it ran</h2><div class="scroll" tabindex="0" role="region" aria-label="Where it ran"><table class="facts"><tbody>${rows.join("")}</tbody></table></div></section>`;
}

function row(cells: string): string {
  return `<tr>${cells}</tr>`;
}
