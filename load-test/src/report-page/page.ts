import { readFileSync } from "node:fs";
import { escapeHtml } from "@autoscaler/service-kit";
import type { LoadTestResult } from "../result.ts";
import { chartSections } from "./charts.ts";
import { scriptJson } from "./html.ts";
import { decisionsTable, factsTable, stagesTable } from "./tables.ts";
import { tiles, verdict } from "./words.ts";

/** The whole report as one page that needs no network; everything is readable without its script. */
export function renderPage(result: LoadTestResult): string {
  const { english, indonesian } = verdict(result);
  const started = new Date(result.startedAtMs).toISOString().replace("T", " ").slice(0, 16);
  const { target, scenario } = result;
  const tileList = tiles(result).map(
    ({ name, value, note, tone }) =>
      `<li class="tile ${tone ?? ""}"><h2>${escapeHtml(name)}</h2><p class="value">${escapeHtml(value)}</p><p>${escapeHtml(note)}</p></li>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Load test: ${escapeHtml(english)}</title>
<style>${asset("page.css")}</style>
</head>
<body>
<header>
<p class="kicker">Load test · ${escapeHtml(scenario.name)}</p>
<h1>${escapeHtml(english)}</h1>
<p class="indonesian" lang="id">${escapeHtml(indonesian)}</p>
<p class="meta">${escapeHtml(target.method)} ${escapeHtml(target.url + target.path)} · ${started} UTC</p>
</header>
<main>
<ul class="tiles">${tileList.join("")}</ul>
<div id="charts">
${chartSections(result)}
</div>
${decisionsTable(result)}
${stagesTable(result)}
${factsTable(result)}
</main>
<footer><p>Requests are sent on a fixed schedule that waits for no answer; time to answer counts from when a request was due.
All figures are in <a href="result.json">result.json</a>.</p></footer>
<script type="application/json" id="seconds">${scriptJson(result.seconds)}</script>
<script>${asset("page.js")}</script>
</body>
</html>
`;
}

function asset(name: string): string {
  return readFileSync(new URL(name, import.meta.url), "utf8");
}
