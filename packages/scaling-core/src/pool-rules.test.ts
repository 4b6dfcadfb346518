import fc from "fast-check";
import { afterFailedCreate, isBarred, noBackOff } from "./back-off.ts";
import { wantedBackends } from "./backends.ts";
import { mayReplaceUnhealthy } from "./breaker.ts";
import { chooseVictims, countThoseThatMayNotLeave } from "./choose-victim.ts";
import { decide } from "./decide.ts";
import {
  createsWithinMaximum,
  deletedOnlyWhenOut,
  loadFitsOnWhatIsLeft,
  onlyOwnDeleted,
  onlyReadyServed,
  sameEverywhere,
  seedAlwaysServed,
  sizeWithinMaximum,
} from "./invariants.ts";
import { cloneName, isOwnClone } from "./ownership.ts";
import { isOccupying, isStaying, planChanges } from "./plan.ts";
import { defaultPolicy } from "./policy.ts";
import { cpuPercentByServer, latencyBuckets, meanCpuPercent } from "./promql.ts";
import { SCALE_IN } from "./server-lifecycle.ts";
import { enterPhase, type Server, type ServerPhase } from "./server-record.ts";
import { decisionInput, limits, NOW_MS, ownership, server } from "./testing/samples.ts";
import { continueWatch, resumeWatch } from "./watch.ts";

const context = { ownership, limits, nowMs: NOW_MS };

function named(
  suffix: string,
  phase: ServerPhase,
  ageSeconds: number,
  detail: Partial<Server["record"]> = {},
  sighting: Partial<Server["sighting"]> = {},
) {
  const inService =
    phase === "serving" || phase === "draining" ? { inServiceSinceMs: NOW_MS - ageSeconds * 1000 } : {};
  const record = {
    name: `pool-ab12cd-c-${suffix}`,
    phase,
    cloneSentAtMs: NOW_MS - ageSeconds * 1000,
    vmUuid: suffix,
    ...inService,
    ...detail,
  };
  return server(record, sighting);
}

describe("chooseVictims", () => {
  const old = named("oldold", "serving", 900);
  const young = named("young1", "serving", 100);
  const ill = named("illill", "serving", 500, {}, { failedProbeCount: 3 });
  const booting = named("bootin", "booting", 20);
  const planned = named("planne", "planned", 5);
  const draining = named("draini", "draining", 600, { why: SCALE_IN });
  const creating = named("creati", "creating", 10);

  it("takes the unhealthy, the never ready, the draining, then the newest", () => {
    const victims = chooseVictims([old, draining, young, booting, planned, creating, ill], 9, context);

    expect(victims).toEqual([ill, planned, booting, draining, young, old]);
  });

  it("takes as many as asked for, and none for less than one", () => {
    expect(chooseVictims([old, young], 1, context)).toEqual([young]);
    expect(chooseVictims([old, young], -1, context)).toEqual([]);
  });

  it.each([
    { when: "protected", detail: { vmUuid: "seed-uuid" } },
    { when: "foreign", detail: { name: "other-c-aaaaaa" } },
  ])("never takes a $when machine", ({ detail }) => {
    expect(chooseVictims([named("aaaaaa", "serving", 9, detail)], 1, context)).toEqual([]);
  });
});

describe("countThoseThatMayNotLeave", () => {
  it("counts the protected and foreign ones, and those that have no machine yet", () => {
    const staying = [
      named("free11", "serving", 9),
      named("kept11", "serving", 9, { protectedUntilMs: NOW_MS + 1 }),
      named("over11", "serving", 9, { protectedUntilMs: NOW_MS }),
      named("theirs", "booting", 9, { vmUuid: "seed-uuid" }),
      named("making", "creating", 9, { protectedUntilMs: NOW_MS + 1 }),
    ];

    expect(countThoseThatMayNotLeave(staying, context)).toEqual({ protectedCount: 2, creatingCount: 1 });
  });
});

describe("isOwnClone", () => {
  it.each([
    { name: "pool-ab12cd-c-abc123", own: true },
    { name: cloneName(ownership, "t5x9k2abcd"), own: true },
    { name: "pool-ab12cd-c-abc12", own: false },
    { name: "pool-ab12cd-c-ABC123", own: false },
    { name: "pool-ab12cd-c-abc123-copy", own: false },
    { name: "pool-ab12cd-seed", own: false },
    { name: "xpool-ab12cd-c-abc123", own: false },
    { name: "pool-ab12ce-c-abc123", own: false },
  ])("says $own for $name", ({ name, own }) => {
    expect(isOwnClone({ uuid: "vm", name }, ownership)).toBe(own);
    expect(isOwnClone({ uuid: "lb-uuid", name }, ownership)).toBe(false);
  });
});

describe("planChanges", () => {
  const plan = (servers: readonly Server[], desiredSize: number, change: object = {}) =>
    planChanges({
      servers,
      desiredSize,
      maxSize: 4,
      createsLeft: 100,
      paused: { up: false, down: false },
      ...context,
      ...change,
    });
  const serving = named("servin", "serving", 300);
  const leaving = named("leavin", "draining", 200, { why: SCALE_IN }, { goodProbeCount: 3 });
  const lost = named("lostlo", "draining", 100, { why: "its machine vanished" });
  const deleting = named("deleti", "deleting", 400);

  it.each([
    { when: "one is missing", servers: [], desiredSize: 2, undrain: 0, createCount: 1, remove: 0 },
    {
      when: "one is on its way",
      servers: [named("bootin", "booting", 9)],
      desiredSize: 2,
      undrain: 0,
      createCount: 0,
      remove: 0,
    },
    {
      when: "one that leaves can return",
      servers: [leaving],
      desiredSize: 2,
      undrain: 1,
      createCount: 0,
      remove: 0,
    },
    {
      when: "one that leaves cannot return",
      servers: [lost],
      desiredSize: 2,
      undrain: 0,
      createCount: 1,
      remove: 0,
    },
    {
      when: "one is too many",
      servers: [serving, named("newest", "serving", 9)],
      desiredSize: 2,
      undrain: 0,
      createCount: 0,
      remove: 1,
    },
    {
      when: "one leaves already",
      servers: [serving, leaving],
      desiredSize: 2,
      undrain: 0,
      createCount: 0,
      remove: 0,
    },
    {
      when: "deletions fill the room",
      servers: [serving, deleting, lost],
      desiredSize: 4,
      undrain: 0,
      createCount: 0,
      remove: 0,
    },
    {
      when: "a deletion leaves room for one",
      servers: [serving, deleting],
      desiredSize: 4,
      undrain: 0,
      createCount: 1,
      remove: 0,
    },
    {
      when: "growing is paused",
      servers: [leaving],
      desiredSize: 3,
      undrain: 0,
      createCount: 0,
      remove: 0,
      paused: { up: true, down: false },
    },
    {
      when: "shrinking is paused",
      servers: [serving],
      desiredSize: 1,
      undrain: 0,
      createCount: 0,
      remove: 0,
      paused: { up: false, down: true },
    },
  ])(
    "$when: returns $undrain, creates $createCount, removes $remove",
    ({ servers, desiredSize, undrain, createCount, remove, ...change }) => {
      const planned = plan(servers, desiredSize, change);

      expect({ ...planned, undrain: planned.undrain.length, remove: planned.remove.length }).toEqual({
        undrain,
        createCount,
        remove,
      });
    },
  );

  it("never lets the machines be more than the maximum, nor fewer stay than wanted", () => {
    const phases: readonly ServerPhase[] = [
      "planned",
      "creating",
      "booting",
      "probing",
      "serving",
      "draining",
      "deleting",
      "gone",
      "failed",
    ];
    const fleets = fc
      .array(
        fc.record({
          phase: fc.constantFrom(...phases),
          age: fc.nat(900),
          goodProbeCount: fc.nat(4),
          failedProbeCount: fc.nat(4),
        }),
        { maxLength: 12 },
      )
      .map((rows) =>
        rows.map(({ phase, age, ...sighting }, index) =>
          named(`name${String(index).padStart(2, "0")}`, phase, age, { why: SCALE_IN }, sighting),
        ),
      );
    fc.assert(
      fc.property(
        fleets,
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 10 }),
        (servers, desiredSize, maxSize) => {
          const { createCount, undrain, remove } = plan(servers, Math.min(desiredSize, maxSize), { maxSize });
          const occupied = servers.filter(({ record }) => isOccupying(record)).length;
          const staying = servers.filter(({ record }) => isStaying(record)).length;
          const after = staying + undrain.length + createCount - remove.length;

          if (createCount > 0) expect(1 + occupied + createCount).toBeLessThanOrEqual(maxSize);
          if (remove.length > 0) expect(1 + after).toBeGreaterThanOrEqual(Math.min(desiredSize, maxSize));
          if (createCount > 0) expect(remove).toEqual([]);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe("wantedBackends", () => {
  it("names those that serve and those that are ready, in a fixed order", () => {
    const at = { privateIpv4: "10.77.1.20" };
    const servers = [
      named("servin", "serving", 9, at),
      named("readyy", "probing", 9, at, { goodProbeCount: 3 }),
      named("notyet", "probing", 9, at, { goodProbeCount: 2 }),
      named("leavin", "draining", 9, at, { goodProbeCount: 3 }),
      named("maybee", "probing", 9, { ...at, publishedAtMs: 1 }, { failedProbeCount: 2 }),
      named("failed", "probing", 9, { ...at, publishedAtMs: 1 }, { failedProbeCount: 3 }),
      named("noaddr", "probing", 9, { privateIpv4: undefined }, { goodProbeCount: 3 }),
    ];

    expect(wantedBackends(servers, limits).map(({ record }) => record.vmUuid)).toEqual([
      "maybee",
      "readyy",
      "servin",
    ]);
  });
});

describe("the pause after failed creates", () => {
  it("is 1, 2, 4, 8, 16, then 30 minutes", () => {
    let backOff = noBackOff;
    const minutes = Array.from({ length: 8 }, () => {
      backOff = afterFailedCreate(backOff, NOW_MS);
      return (backOff.notBeforeMs - NOW_MS) / 60_000;
    });

    expect(minutes).toEqual([1, 2, 4, 8, 16, 30, 30, 30]);
  });

  it.each([
    { when: "before it is over", nowMs: NOW_MS + 59_999, barred: true },
    { when: "after it is over", nowMs: NOW_MS + 60_000, barred: false },
    { when: "when the clock was set back an hour", nowMs: NOW_MS - 3_600_000, barred: false },
  ])("bars creates: $barred $when", ({ nowMs, barred }) => {
    expect(isBarred(afterFailedCreate(noBackOff, NOW_MS), nowMs)).toBe(barred);
    expect(isBarred(noBackOff, nowMs)).toBe(false);
  });
});

describe("mayReplaceUnhealthy", () => {
  it.each([
    { unhealthyCount: 1, servingCount: 2, may: true },
    { unhealthyCount: 2, servingCount: 3, may: false },
    { unhealthyCount: 2, servingCount: 2, may: false },
    { unhealthyCount: 1, servingCount: 1, may: false },
    { unhealthyCount: 2, servingCount: 5, may: true },
  ])("$unhealthyCount of $servingCount: $may", ({ may, ...counts }) => {
    expect(mayReplaceUnhealthy(counts)).toBe(may);
  });
});

describe("the watch", () => {
  const watch = { sinceMs: NOW_MS - 9_000, recommendations: [{ atMs: NOW_MS - 5_000, size: 2 }] };

  it.each([
    { when: "the next tick comes in time", nowMs: NOW_MS, sinceMs: watch.sinceMs },
    { when: "a minute was missed", nowMs: NOW_MS + 55_001, sinceMs: NOW_MS + 55_001 },
    { when: "the clock ran back", nowMs: NOW_MS - 5_001, sinceMs: NOW_MS - 5_001 },
  ])("counts from $sinceMs when $when", ({ nowMs, sinceMs }) => {
    expect(resumeWatch(watch, nowMs, 60_000).sinceMs).toBe(sinceMs);
  });

  it("starts with nothing, and forgets what is older than it has to keep", () => {
    expect(resumeWatch(undefined, NOW_MS, 60_000)).toEqual({ sinceMs: NOW_MS, recommendations: [] });
    expect(continueWatch(watch, { atMs: NOW_MS, size: 1 }, 5_000).recommendations).toEqual([
      { atMs: NOW_MS, size: 1 },
    ]);
  });
});

describe("the invariants", () => {
  const noneHeld = { protectedCount: 0, creatingCount: 0 };
  const gone = named("gonego", "gone", 9).record;
  const deleting = named("deleti", "deleting", 9, { publishedAtMs: 1 }).record;

  it.each([
    {
      when: "a foreign machine would be deleted",
      found: onlyOwnDeleted({ uuid: "x", name: "theirs" }, ownership),
      invariant: 1,
    },
    { when: "the pool is too big", found: sizeWithinMaximum(3, 3, noneHeld), invariant: 2 },
    { when: "a create would be too many", found: createsWithinMaximum(2, 1, 3), invariant: 2 },
    { when: "the seed is missing", found: seedAlwaysServed([], "http://seed:1"), invariant: 3 },
    {
      when: "an unknown backend is served",
      found: onlyReadyServed(["http://seed:1", "http://x:1"], "http://seed:1", new Set()),
      invariant: 4,
    },
    { when: "a served machine would be deleted", found: deletedOnlyWhenOut(deleting), invariant: 4 },
  ])("number $invariant is reported when $when", ({ found, invariant }) => {
    expect(found).toMatchObject([{ invariant }]);
  });

  it("are silent when all is well", () => {
    expect(onlyOwnDeleted({ uuid: "x", name: "pool-ab12cd-c-aaaaaa" }, ownership)).toEqual([]);
    expect(sizeWithinMaximum(2, 3, noneHeld)).toEqual([]);
    expect(sizeWithinMaximum(5, 3, { protectedCount: 4, creatingCount: 1 })).toEqual([]);
    expect(createsWithinMaximum(9, 0, 3)).toEqual([]);
    expect(createsWithinMaximum(1, 1, 3)).toEqual([]);
    expect(seedAlwaysServed(["http://seed:1"], "http://seed:1")).toEqual([]);
    expect(deletedOnlyWhenOut({ ...deleting, outAcknowledgedAtMs: 2 })).toEqual([]);
    expect(deletedOnlyWhenOut({ ...deleting, phase: "draining" })).toEqual([]);
  });

  it.each([
    { when: "it fits", total: 180, removedCount: 1, count: 0 },
    { when: "it does not fit", total: 181, removedCount: 1, count: 1 },
    { when: "nobody leaves", total: 400, removedCount: 0, count: 0 },
    { when: "the maximum was lowered", total: 400, removedCount: 2, maxSize: 2, count: 0 },
  ])("number 9, about the load on what is left, is reported $count times when $when", (row) => {
    const serving = [
      named("aaaaaa", "serving", 9),
      named("bbbbbb", "serving", 9),
      named("cccccc", "serving", 9),
    ];
    const input = decisionInput({
      desiredSize: 4,
      policy: { ...defaultPolicy, maxSize: row.maxSize ?? 5, targetPercent: 60 },
      load: { warmCount: 3, missingCount: 0, totalPercent: row.total },
    });
    const removed = serving.slice(0, row.removedCount);

    expect(loadFitsOnWhatIsLeft(decide(input), serving, removed)).toHaveLength(row.count);
  });

  it("compare cloud, journal, load balancer and targets at rest", () => {
    const record = named("servin", "serving", 9).record;
    const places = { backendOf: () => "b1", targetOf: () => "t1", seedBackend: "b0", seedTarget: "t0" };

    expect(
      sameEverywhere({
        cloudNames: [record.name],
        journal: [record, gone],
        backends: ["b0", "b1"],
        targets: ["t0", "t1"],
        ...places,
      }),
    ).toEqual([]);
    expect(
      sameEverywhere({
        cloudNames: ["leak"],
        journal: [record],
        backends: ["b0"],
        targets: ["t0", "t1", "t2"],
        ...places,
      }),
    ).toHaveLength(4);
  });
});

describe("enterPhase", () => {
  it("forgets what paced the old phase", () => {
    const { record } = server({ notBeforeMs: 5, attemptCount: 4 });

    expect(enterPhase(record, "deleting", NOW_MS, { why: "test" })).toMatchObject({
      phase: "deleting",
      phaseSinceMs: NOW_MS,
      attemptCount: 0,
      notBeforeMs: undefined,
    });
  });
});

describe("the buckets of the response time", () => {
  it("are the usual ones without a target", () => {
    expect(latencyBuckets(undefined, 15)).toEqual([
      0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ]);
  });

  it.each([5, 20, 83, 300, 4_348, 60_000])(
    "know the edges of the band around %d ms, and are close beyond",
    (ms) => {
      const bounds = latencyBuckets(ms, 15);
      const near = bounds.filter((bound) => bound >= (0.5 * ms) / 1000 && bound <= (3 * ms) / 1000);
      const widest = Math.max(...near.slice(1).map((bound, index) => bound / (near[index] ?? bound)));

      expect(bounds).toEqual(
        expect.arrayContaining([(1.15 * ms) / 1000, (0.85 * ms) / 1000].map((s) => Number(s.toPrecision(4)))),
      );
      expect(widest).toBeLessThan(1.101);
      expect([...new Set(bounds)].sort((a, b) => a - b)).toEqual(bounds);
    },
  );
});

describe("the queries", () => {
  it("ask for the CPU of each server, and for the mean", () => {
    const query = { pool: "calc", windowSeconds: 20 };

    expect(cpuPercentByServer(query)).toBe(
      '100 * sum by (server) (rate(node_cpu_seconds_total{job="service",pool="calc",mode!~"idle|iowait"}[20s])) / (sum by (server) (rate(node_cpu_seconds_total{job="service",pool="calc"}[20s])) <= 1.2 * count by (server) (node_cpu_seconds_total{job="service",pool="calc",mode="idle"}))',
    );
    expect(meanCpuPercent(query)).toBe(`avg(${cpuPercentByServer(query)})`);
  });
});
