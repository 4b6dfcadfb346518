import { decide } from "./decide.ts";
import type { Signal } from "./signals.ts";
import { decisionInput } from "./testing/samples.ts";

/** Two warm servers; totals of those with a reading, against a target of 60 (CPU, memory) and 200 ms. */
const states = ["unknown", "one unread", "one unread, high", "high", "within", "low"] as const;
type State = (typeof states)[number];

const readings: Readonly<Record<State, { readonly missingCount: number; readonly share: number }>> = {
  unknown: { missingCount: 2, share: 0 },
  "one unread": { missingCount: 1, share: 0.5 },
  "one unread, high": { missingCount: 1, share: 2.7 },
  high: { missingCount: 0, share: 3.1 },
  within: { missingCount: 0, share: 2 },
  low: { missingCount: 0, share: 0.6 },
};

function signal(name: Signal["name"], target: number, state: State): Signal {
  const { missingCount, share } = readings[state];
  return { name, target, warmCount: 2, missingCount, total: share * target };
}

const rows = states.flatMap((cpu) =>
  states.flatMap((memory) => states.map((latency) => ({ cpu, memory, latency }))),
);

describe("the sentence of a decision", () => {
  it.each(rows)("has the winner's own numbers: CPU $cpu, memory $memory, latency $latency", (row) => {
    const cpu = signal("cpu", 60, row.cpu);
    const signals = [signal("memory", 60, row.memory), signal("latency", 200, row.latency)];
    const load = { warmCount: 2, missingCount: cpu.missingCount, totalPercent: cpu.total };

    const { answers, reason, sentence, sentenceIndonesian } = decide(decisionInput({ load, signals }));

    const verdict = { "load-above-band": "above", "load-below-band": "below", "within-band": "within" }[
      String(reason)
    ];
    const said = answers.filter((answer) => answer.verdict === (verdict ?? "unknown"));
    const most = Math.max(...said.map(({ size }) => size));
    const winner = said.find(({ size }) => size === most);
    if (winner === undefined) throw new Error(`no signal says ${reason}`);
    const { name, value, warmCount, missingCount } = winner;
    const fresh = warmCount - missingCount;
    const number = String(Math.round(10 * Number(value)) / 10);
    if (verdict === undefined) {
      const noun = { cpu: "a reading:", memory: "of memory in use", latency: "of the response time" }[
        String(name)
      ];
      expect(sentence).toContain(`${missingCount} server${missingCount === 1 ? "" : "s"} of 2 without`);
      expect(sentence).toContain(noun);
      expect(sentenceIndonesian).toContain(`${missingCount} dari 2 server tanpa data`);
    } else {
      expect(sentence).toContain(`${number} ${name === "latency" ? "ms" : "%"} on ${fresh} warm server`);
      expect(sentenceIndonesian).toContain(
        `${number.replace(".", ",")} ${name === "latency" ? "ms" : "%"} pada ${fresh} server`,
      );
    }
    expect(sentence).not.toMatch(/\b0 servers? of|on 0 warm/);
  });

  it.each([
    { when: "CPU", load: 95, memory: 40, says: /the present load would be above 60 % on fewer servers/ },
    { when: "memory", load: 20, memory: 95, says: /memory in use would be above 60 % on fewer servers/ },
  ])("names $when where it keeps a pool from shrinking", ({ load, memory, says }) => {
    const { clamps, sentence } = decide(
      decisionInput({
        desiredSize: 4,
        load: { warmCount: 4, missingCount: 0, totalPercent: load * 2 },
        signals: [{ name: "memory", target: 60, warmCount: 4, missingCount: 0, total: memory * 2 }],
        manualSize: 1,
      }),
    );

    expect(clamps.map(({ name }) => name)).toContain("present-load");
    expect(sentence).toMatch(says);
  });

  it.each([
    { when: "below its band, and fewer would be above it", idle: 45.3, cpu: 5, size: 4, says: true },
    { when: "within its band", idle: 60, cpu: 5, size: 4, says: true },
    { when: "above it at rest", idle: 72, cpu: 5, size: 4, says: true },
    { when: "what the CPU asks for, too", idle: 72, cpu: 90, size: 4, says: false },
    { when: "low enough for one server", idle: 10, cpu: 5, size: 1, says: false },
  ])("says that memory alone keeps the pool as it is when that is $when", ({ idle, cpu, size, says }) => {
    const { sentence, sentenceIndonesian } = decide(
      decisionInput({
        desiredSize: size,
        load: { warmCount: size, missingCount: 0, totalPercent: cpu * size },
        signals: [{ name: "memory", target: 60, warmCount: size, missingCount: 0, total: idle * size }],
      }),
    );

    expect(sentence.includes("Memory alone asks for")).toBe(says);
    expect(sentenceIndonesian.includes("Hanya memori")).toBe(says);
  });
});
