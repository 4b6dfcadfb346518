import type { ServerView } from "@autoscaler/contracts";
import { escapeHtml } from "@autoscaler/service-kit";
import type { FastifyPluginAsync } from "fastify";
import type { Operations } from "../loop/operations.ts";

export const statusPageRoute: FastifyPluginAsync<{
  readonly operations: Operations;
  readonly nowMs: () => number;
}> = async (app, { operations, nowMs }) => {
  app.get("/", async (_request, reply) =>
    reply
      .type("text/html; charset=utf-8")
      .header("cache-control", "no-store")
      .header("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'")
      .send(renderStatusPage(operations, nowMs())),
  );
};

/** One page without scripts or outside parts; it reloads itself every 5 s. */
export function renderStatusPage(operations: Operations, nowMs: number): string {
  const pool = operations.pool();
  const band = operations.band();
  const pause = operations.currentPause();
  const load = pool.loadPercent;
  const decisions = operations.decisions({ limit: 12 });
  const title = `${pool.pool}: ${pool.inServiceCount} of ${pool.desiredSize} in service`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="refresh" content="5"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><main>
<h1>${escapeHtml(pool.pool)}</h1>
<p class="lead"><b>${pool.inServiceCount}</b> in service, <b>${pool.desiredSize}</b> wanted (limits ${pool.minSize} to ${pool.maxSize})</p>
${pause === undefined ? "" : `<p class="note">Paused (${pause.direction}) until ${clockTime(pause.untilMs)}: ${escapeHtml(pause.reason)}</p>`}
<h2>Load</h2>
<p>${load === undefined ? "No reading" : `<b>${percent(load)}</b>`}; grows above ${percent(band.growAbovePercent)}, shrinks below ${percent(band.shrinkBelowPercent)}, target ${percent(pool.targetPercent)}</p>
${meter(load, band)}
<h2>Servers</h2>
<div class="scroll"><table><thead><tr><th>Server</th><th>Phase</th><th>Since</th><th>CPU</th><th>Address</th></tr></thead>
<tbody>${operations
    .servers()
    .map((server) => serverRow(server, nowMs))
    .join("")}</tbody></table></div>
<h2>Decisions</h2>
<ol>${decisions.map(({ atMs, sentence }) => `<li><time>${clockTime(atMs)}</time> ${escapeHtml(sentence)}</li>`).join("")}</ol>
${decisions.length === 0 ? "<p>None yet.</p>" : ""}
<footer>${clockTime(nowMs)} UTC, reloads every 5 s</footer></main></body></html>
`;
}

function serverRow(
  { name, role, phase, phaseSinceMs, warm, loadPercent, privateIpv4, waitsFor }: ServerView,
  nowMs: number,
): string {
  const waiting = waitsFor === undefined ? "" : `, waits for ${waitsFor}`;
  const state = phase === "serving" && !warm ? "serving, warming up" : `${phase}${waiting}`;
  const load = loadPercent === undefined ? "" : percent(loadPercent);
  return `<tr><td>${escapeHtml(name)}${role === "seed" ? " <small>seed</small>" : ""}</td><td><i class="${escapeHtml(phase)}"></i>${escapeHtml(state)}</td><td>${duration(nowMs - phaseSinceMs)}</td><td>${load}</td><td>${escapeHtml(privateIpv4 ?? "")}</td></tr>`;
}

function meter(
  load: number | undefined,
  band: { readonly shrinkBelowPercent: number; readonly growAbovePercent: number },
): string {
  const { shrinkBelowPercent: low, growAbovePercent: high } = band;
  const value = load === undefined ? "" : `<span class="load" style="width:${Math.min(100, load)}%"></span>`;
  return `<div class="meter" aria-hidden="true"><span class="band" style="left:${low}%;width:${high - low}%"></span>${value}</div>`;
}

function percent(value: number): string {
  return `${Math.round(value * 10) / 10} %`;
}

function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}

function clockTime(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}

const STYLE = `
:root{color-scheme:light dark;--line:#8884;--ok:#2a9d5c;--busy:#d08700;--bad:#c9352b}
body{font:16px/1.5 system-ui,sans-serif;margin:0;padding:1.5rem}main{max-width:56rem;margin:auto}
h1{margin:0;font-size:1.6rem}h2{font-size:1rem;margin:1.6rem 0 .3rem}.lead{font-size:1.15rem;margin:.2rem 0}
.note{border-left:4px solid var(--busy);padding:.3rem .8rem}.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.35rem .9rem .35rem 0;border-bottom:1px solid var(--line);white-space:nowrap}
th{font-weight:600;font-size:.85rem}td i{display:inline-block;width:.6rem;height:.6rem;border-radius:50%;margin-right:.45rem;background:var(--busy)}
td i.serving{background:var(--ok)}td i.failed,td i.deleting{background:var(--bad)}
.meter{position:relative;height:.9rem;border-radius:.45rem;background:var(--line);overflow:hidden}
.meter span{position:absolute;top:0;bottom:0}.band{background:#2a9d5c55}.load{left:0;height:.35rem;margin:auto 0;background:currentColor}
ol{list-style:none;padding:0;margin:0}li{padding:.3rem 0;border-bottom:1px solid var(--line)}time{font-variant-numeric:tabular-nums;opacity:.7;margin-right:.6rem}
footer{margin-top:1.5rem;font-size:.85rem;opacity:.7}`;
