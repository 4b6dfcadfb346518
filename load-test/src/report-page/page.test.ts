import { summarise } from "../summarise.ts";
import { simulatedRun } from "../testing/simulated-run.ts";
import { renderPage } from "./page.ts";
import { verdict } from "./words.ts";

const run = simulatedRun({ peakRps: 24, failedCount: 0, startMs: 1_795_572_000_000 });

describe("renderPage", () => {
  it("needs no network: nothing but our own result is linked", () => {
    const page = renderPage(summarise(run));

    expect([...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, target]) => target)).toEqual([
      "result.json",
    ]);
    expect(page).not.toMatch(/@import|url\(|https?:(?!\/\/203\.0\.113\.10)/);
  });

  it("says where it ran, when it was told", () => {
    const facts = { kernel: "6.1.0", system: "Debian <12>" };
    const page = renderPage(summarise({ ...run, facts }));

    expect(page).toContain('<th scope="row">kernel</th><td>6.1.0</td>');
    expect(page).toContain("Debian &lt;12&gt;");
    expect(renderPage(summarise(run))).not.toContain("Where it ran");
  });

  it("shows every chart, decision and stage, each chart with words for who cannot see it", () => {
    const result = summarise(run);
    const page = renderPage(result);

    const titles = [
      "Arrivals and failures",
      "Time to answer",
      "Pool size",
      "CPU against the policy",
      "Life of each server",
    ];
    for (const title of titles) expect(page).toContain(`<h2>${title}</h2>`);
    for (const { sentence } of result.decisions) expect(page).toContain(sentence);
    expect(page.match(/<svg /g)).toHaveLength(15);
    expect(page.match(/<svg [^>]*aria-label="[^"]{20,}"/g)).toHaveLength(15);
    expect(drawn(page)).not.toMatch(/NaN|undefined|Infinity/);
  });

  it.each([1, 2, 5, 7, 11, 13, 25, 60, 250])("counts servers in whole numbers up to %d", (maxSize) => {
    const observations = run.observations.map((seen) => ({ ...seen, pool: { ...seen.pool, maxSize } }));
    const page = renderPage(summarise({ ...run, observations }));

    const chart = /<h2>Pool size<\/h2>.*?<\/svg>/s.exec(page)?.[0] ?? "";
    const labels = [...chart.matchAll(/text-anchor="end">([^<]*)</g)].map(([, label]) => Number(label));
    expect(labels.length).toBeGreaterThan(1);
    expect(labels.filter((label) => !Number.isInteger(label) || label > maxSize)).toEqual([]);
  });

  it("leaves the pool out when no scaler was seen", () => {
    const page = renderPage(summarise({ ...run, observations: [], decisions: [] }));

    expect(page).not.toContain("Pool size");
    expect(drawn(page)).not.toMatch(/NaN|undefined|Infinity/);
  });

  it("stays a page for a run that was aborted before anything happened", () => {
    const nothing = {
      ...run,
      samples: [],
      observations: [],
      decisions: [],
      endMs: run.startMs,
      interrupted: true,
    };

    const page = renderPage(summarise(nothing));

    expect(page).toContain("No request was sent.");
    expect(drawn(page)).not.toMatch(/NaN|undefined|Infinity/);
  });

  it("shows text from outside as text", () => {
    const sentence = 'Because </script><img src=x onerror="alert(1)">';
    const decisions = run.decisions.map((decision) => ({ ...decision, sentence }));
    const page = renderPage(summarise({ ...run, decisions, url: "http://x/<b>" }));

    expect(page).not.toContain("<img");
    expect(page).not.toContain("<b>x");
    expect(page.match(/<\/script>/g)).toHaveLength(2);
  });
});

/** The page without its script, whose text may hold any word. */
function drawn(page: string): string {
  return page.slice(0, page.indexOf("<script>"));
}

describe("verdict", () => {
  it.each([
    {
      when: "the pool came back and nothing failed",
      change: { startInService: 1, maxInService: 3, endInService: 1, failedRequests: 0 },
      english: "The pool grew from 1 to 3 servers and ended with 1. None of 1\u00a0234 requests failed.",
      indonesian:
        "Jumlah server naik dari 1 ke 3, lalu berakhir di 1. Tidak satu pun dari 1\u00a0234 permintaan gagal.",
    },
    {
      when: "the pool never grew and some failed",
      change: { startInService: 1, maxInService: 1, endInService: 1, failedRequests: 4 },
      english: "The pool stayed at 1 server. 4 of 1\u00a0234 requests failed.",
      indonesian: "Jumlah server tetap 1. 4 dari 1\u00a0234 permintaan gagal.",
    },
    {
      when: "no pool was seen",
      change: { failedRequests: 0 },
      english: "None of 1\u00a0234 requests failed.",
      indonesian: "Tidak satu pun dari 1\u00a0234 permintaan gagal.",
    },
  ])("says it in both languages when $when", ({ change, english, indonesian }) => {
    const base = summarise({ ...run, observations: [], decisions: [] });

    const found = verdict({ ...base, summary: { ...base.summary, totalRequests: 1234, ...change } });

    expect(found).toEqual({ english, indonesian });
  });
});
