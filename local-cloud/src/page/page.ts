import type { CallRing } from "../calls.ts";
import type { Faults } from "../faults/registry.ts";
import type { CloudContext } from "../state/context.ts";
import { html } from "./html.ts";
import { addresses, calls, faults, figures, firewalls, machines, networks, type Shown } from "./sections.ts";
import { STYLE } from "./style.ts";
import { timeOfDay } from "./words.ts";

const SHOWN_CALLS = 40;
const REFRESH_SECONDS = 5;

export interface PageOptions {
  readonly calls: CallRing;
  readonly faults: Faults;
  /** Whether the page reloads itself. */
  readonly isLive: boolean;
}

/** An overview of the cloud: one document without scripts or external resources. */
export function renderPage({ world, driver, clock }: CloudContext, options: PageOptions): string {
  const nowMs = clock.nowMs();
  const vms = [...world.vms.values()].filter(({ phase }) => phase !== "deleted");
  const shown: Shown = { vms, world, nowMs };
  const { isLive } = options;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${isLive ? html`<meta http-equiv="refresh" content="${REFRESH_SECONDS}">` : undefined}
<title>Local cloud: ${vms.length} machines</title>
<style>${{ html: STYLE }}</style>
</head>
<body><main>
<header><h1>Local cloud</h1>
<p>driver ${driver.name}, ${timeOfDay(nowMs)} UTC, ${
    isLive
      ? html`every ${REFRESH_SECONDS} s (<a href="?live=no">stop reloading</a>)`
      : html`held still (<a href="?">go on</a>)`
  }</p></header>
${figures(shown)}
${machines(shown)}
${networks(shown)}
${addresses(shown)}
${firewalls(shown)}
${faults(options.faults.list(), nowMs)}
${calls(options.calls.list().slice(0, SHOWN_CALLS))}
<footer>As JSON: <a href="/_local/state">state</a>, <a href="/_local/calls">calls</a>, <a href="/_local/faults">faults</a>, <a href="/_local/faults/kinds">kinds of faults</a>, <a href="/_local/settings">switches</a>.</footer>
</main></body>
</html>
`.html;
}
