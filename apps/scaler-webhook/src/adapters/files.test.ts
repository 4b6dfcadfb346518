import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { DatabaseSync } from "node:sqlite";
import { decide, defaultPolicy, planServer } from "@autoscaler/scaling-core";
import { createFakeClock } from "@autoscaler/service-kit";
import type { Backend } from "../loop/ports.ts";
import { openJournal } from "./journal-sqlite.ts";
import { createSuffixes } from "./suffix.ts";
import { createTargetsFile } from "./targets-file.ts";

let directory = "";

beforeEach(() => {
  directory = mkdtempSync(`${tmpdir()}/scaler-`);
});
afterEach(() => rmSync(directory, { recursive: true }));

const decision = decide({
  nowMs: 5,
  policy: defaultPolicy,
  desiredSize: 1,
  load: { warmCount: 1, missingCount: 0, totalPercent: 90 },
  notYetWarmCount: 0,
  isLoadBalancerSettled: true,
  watch: { sinceMs: 0, recommendations: [] },
  changes: [],
  paused: { up: false, down: false },
});

describe("the journal", () => {
  const [a, b] = ["a", "b"].map((server) => ({ server, url: `http://${server}` })) as [Backend, Backend];

  it("has everything again after it was closed", () => {
    const path = `${directory}/journal.sqlite`;
    const before = openJournal(path);
    const record = {
      ...planServer("pool-c-abc123", 5, { decidedAtMs: 4 }),
      publicIps: [{ address: "203.0.113.1", uuid: "ip" }],
    };
    before.saveServer(record);
    before.saveServer({ ...record, phase: "creating", cloneSentAtMs: 6 });
    before.remember({ desiredSize: 2, pause: { direction: "down", reason: "sale", sinceMs: 1, untilMs: 9 } });
    before.remember({ backOff: { failureCount: 1, notBeforeMs: 7 } });
    before.addChange({ atMs: 5, delta: 1 });
    before.addDecision(5, decision);
    before.generationFor([a]);
    before.close();

    const after = openJournal(path);

    expect(after.servers()).toEqual([{ ...record, phase: "creating", cloneSentAtMs: 6 }]);
    expect(after.memory()).toEqual({
      desiredSize: 2,
      backOff: { failureCount: 1, notBeforeMs: 7 },
      pause: { direction: "down", reason: "sale", sinceMs: 1, untilMs: 9 },
    });
    expect(after.changesSince(4)).toEqual([{ atMs: 5, delta: 1 }]);
    expect(after.decisions({ limit: 5 })).toEqual([{ id: 1, atMs: 5, decision }]);
    expect(after.generationFor([a])).toBe(1);
    expect(after.generationFor([a, b])).toBe(2);
    after.close();
  });

  it("gives one generation to one body in a row, and never goes back", () => {
    const journal = openJournal(":memory:");
    const generations = [[a], [a], [a, b], [a]].map((backends) => journal.generationFor(backends));
    journal.raiseGeneration(40);
    journal.raiseGeneration(7);

    expect(generations).toEqual([1, 1, 2, 3]);
    expect(journal.generationFor([a])).toBe(41);
  });

  it("forgets a lifted pause, old gone servers, and nothing that lives", () => {
    const journal = openJournal(":memory:");
    journal.saveServer({ ...planServer("a", 1, {}), phase: "gone" });
    journal.saveServer({ ...planServer("b", 9, {}), phase: "gone" });
    journal.saveServer(planServer("c", 1, {}));
    journal.remember({ pause: { direction: "up", reason: "x", sinceMs: 1, untilMs: 2 } });

    journal.forgetGoneBefore(5);
    journal.remember({ pause: undefined });

    expect(journal.servers().map(({ name }) => name)).toEqual(["b", "c"]);
    expect(journal.memory().pause).toBeUndefined();
  });

  it("lists decisions newest first, from an id on", () => {
    const journal = openJournal(":memory:");
    for (let atMs = 1; atMs <= 4; atMs += 1) journal.addDecision(atMs, decision);

    expect(journal.decisions({ limit: 2 }).map(({ id }) => id)).toEqual([4, 3]);
    expect(journal.decisions({ limit: 9, sinceId: 3 }).map(({ id }) => id)).toEqual([4]);
  });

  it("refuses a file of a later version", () => {
    const path = `${directory}/journal.sqlite`;
    const later = new DatabaseSync(path);
    later.exec("PRAGMA user_version = 99");
    later.close();

    expect(() => openJournal(path)).toThrow("update it");
  });
});

describe("the targets file", () => {
  it("is what file_sd reads, replaced without anything else in its folder", async () => {
    const targets = createTargetsFile({
      path: `${directory}/targets/service.json`,
      stagingDirectory: `${directory}/staging`,
      pool: "calc",
    });
    await targets.write([{ server: "p-seed", role: "seed", privateIpv4: "10.77.1.10" }]);
    await targets.write([
      { server: "p-seed", role: "seed", privateIpv4: "10.77.1.10" },
      { server: "p-c-abc123", role: "clone", privateIpv4: "10.77.1.11" },
    ]);

    expect(JSON.parse(readFileSync(`${directory}/targets/service.json`, "utf8"))).toEqual([
      { targets: ["10.77.1.10:9100"], labels: { pool: "calc", server: "p-seed", role: "seed" } },
      { targets: ["10.77.1.11:9100"], labels: { pool: "calc", server: "p-c-abc123", role: "clone" } },
    ]);
    expect(readdirSync(`${directory}/targets`)).toEqual(["service.json"]);
    expect(readdirSync(`${directory}/staging`)).toEqual([]);
  });
});

describe("a clone's suffix", () => {
  it("sorts by age and is lower-case letters and digits", async () => {
    const clock = createFakeClock(1_800_000_000_000);
    const next = createSuffixes(clock);
    const first = next();
    await clock.advance(1_000);
    const second = next();

    expect([second, first].sort()).toEqual([first, second]);
    expect(first).toMatch(/^[a-z0-9]{10}$/);
  });
});
