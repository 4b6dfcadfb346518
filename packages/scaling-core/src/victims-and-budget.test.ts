import { wantedBackends } from "./backends.ts";
import { createsLeft } from "./budget.ts";
import { chooseVictims } from "./choose-victim.ts";
import { withoutFuture } from "./clock-set-back.ts";
import { decide } from "./decide.ts";
import type { Decision } from "./decision.ts";
import { decisionIsSound } from "./invariants.ts";
import { defaultPolicy } from "./policy.ts";
import { isUnhealthy, mayGetPublicIp, nextStep } from "./server-lifecycle.ts";
import { planServer, type ServerRecord } from "./server-record.ts";
import { decisionInput, limits, NOW_MS, noGuards, ownership, server } from "./testing/samples.ts";
import { resumeWatch } from "./watch.ts";

const serving = (name: string, ageMs: number, change: Partial<ServerRecord> = {}) =>
  server({
    name: `pool-ab12cd-c-${name}`,
    phase: "serving",
    cloneSentAtMs: NOW_MS - ageMs,
    inServiceSinceMs: NOW_MS - ageMs,
    ...change,
  });

describe("chooseVictims", () => {
  const context = { nowMs: NOW_MS, ownership, limits, release: "b" };
  const names = (servers: ReturnType<typeof chooseVictims>) =>
    servers.map(({ record }) => record.name.slice(-6));

  it("takes those of an outdated release before newer ones of the present one", () => {
    const pool = [
      serving("oldest", 900, { release: "b" }),
      serving("outdat", 800, { release: "a" }),
      serving("unknow", 700),
      serving("newest", 100, { release: "b" }),
    ];
    expect(names(chooseVictims(pool, 4, context))).toEqual(["outdat", "newest", "unknow", "oldest"]);
    expect(names(chooseVictims(pool, 1, { ...context, release: undefined }))).toEqual(["newest"]);
  });

  it("never takes a protected one until its protection ends", () => {
    const pool = [serving("aaaaaa", 9, { protectedUntilMs: NOW_MS + 1 }), serving("bbbbbb", 99)];
    expect(names(chooseVictims(pool, 2, context))).toEqual(["bbbbbb"]);
    expect(names(chooseVictims(pool, 2, { ...context, nowMs: NOW_MS + 1 }))).toEqual(["aaaaaa", "bbbbbb"]);
  });

  it("gives up the plan that is youngest", () => {
    const planned = (name: string, ageMs: number) =>
      server({ name: `pool-ab12cd-c-${name}`, phaseSinceMs: NOW_MS - ageMs });
    const pool = [planned("aaaaaa", 9), planned("bbbbbb", 1), planned("cccccc", 5)];
    expect(names(chooseVictims(pool, 1, context))).toEqual(["bbbbbb"]);
  });

  it("orders servers of the same age by name, so that every tick says the same", () => {
    const pool = [serving("aaaaaa", 9), serving("bbbbbb", 9)];
    expect(names(chooseVictims(pool, 2, context))).toEqual(["bbbbbb", "aaaaaa"]);
    expect(names(chooseVictims([...pool].reverse(), 2, context))).toEqual(["bbbbbb", "aaaaaa"]);
  });
});

describe("a dead server", () => {
  const dead = { failedProbeCount: limits.failedProbesInARow };
  it.each([
    { when: "its grace is over", servedMs: limits.graceMs, unhealthy: true },
    { when: "it has just come into service", servedMs: limits.graceMs - 1, unhealthy: false },
  ])("counts as dead when $when: $unhealthy", ({ servedMs, unhealthy }) => {
    const one = server({ phase: "serving", inServiceSinceMs: NOW_MS - servedMs }, dead);
    expect(isUnhealthy(one, NOW_MS, limits)).toBe(unhealthy);
  });

  it("that was never said to be in service has no grace", () => {
    expect(isUnhealthy(server({ phase: "serving" }, dead), NOW_MS, limits)).toBe(true);
  });

  it("that went down before it was ready is started again", () => {
    const vm = { uuid: "vm", name: "pool-ab12cd-c-aaaaaa", status: "stopped" };
    const probing = server({ phase: "probing", cloneSentAtMs: NOW_MS - 20_000 }, { vm });
    expect(nextStep(probing, NOW_MS, limits, noGuards)).toEqual({ kind: "start" });
  });
});

describe("createsLeft", () => {
  const sent = (ageMs: number): ServerRecord => ({
    ...planServer("a", NOW_MS - ageMs, {}, "release-1"),
    phase: "gone",
    cloneSentAtMs: NOW_MS - ageMs,
  });
  it.each([
    { when: "nothing was sent", records: [], left: 3 },
    { when: "one was sent an hour ago", records: [sent(3_600_000)], left: 2 },
    { when: "one was sent a day ago", records: [sent(86_400_000)], left: 3 },
    { when: "one waits to be sent", records: [planServer("b", NOW_MS, {})], left: 2 },
    {
      when: "one was given up before it was sent",
      records: [{ ...planServer("b", NOW_MS, {}), phase: "gone" as const }],
      left: 3,
    },
    { when: "more than allowed were sent", records: [1, 2, 3, 4].map(sent), left: 0 },
  ])("is $left when $when", ({ records, left }) => {
    expect(createsLeft(records, 3, NOW_MS)).toBe(left);
  });
});

describe("decisionIsSound", () => {
  const policy = { ...defaultPolicy, minSize: 2, maxSize: 4 };
  const decision = (
    change: Partial<Decision>,
    input: Parameters<typeof decisionInput>[0] = {},
  ): Decision => ({
    ...decide(decisionInput({ policy })),
    input: decisionInput({ policy, desiredSize: change.fromSize ?? 2, ...input }),
    ...change,
  });
  const blind = { warmCount: 2, missingCount: 1, totalPercent: 10 };
  const calm = { warmCount: 3, missingCount: 0, totalPercent: 30 };

  it.each<{ when: string; broken: Decision; invariants: readonly number[] }>([
    { when: "it grows above the maximum", broken: decision({ fromSize: 4, toSize: 5 }), invariants: [2] },
    {
      when: "it shrinks below the minimum",
      broken: decision({ fromSize: 2, toSize: 1 }, { load: calm }),
      invariants: [2],
    },
    { when: "it stays below the minimum", broken: decision({ fromSize: 1, toSize: 1 }), invariants: [2] },
    {
      when: "it shrinks blindly",
      broken: decision({ fromSize: 4, toSize: 3 }, { load: blind }),
      invariants: [5],
    },
    {
      when: "it shrinks into overload",
      broken: decision({ fromSize: 4, toSize: 3 }, { load: { ...calm, totalPercent: 290 } }),
      invariants: [5],
    },
    {
      when: "it stays below the minimum while growing is paused",
      broken: decision({ fromSize: 1, toSize: 1 }, { paused: { up: true, down: false } }),
      invariants: [],
    },
    {
      when: "it stays below the minimum for want of budget",
      broken: decision({ fromSize: 1, toSize: 1 }, { createsLeft: 0 }),
      invariants: [],
    },
    {
      when: "it shrinks from above the maximum, blindly",
      broken: decision({ fromSize: 5, toSize: 4 }, { load: blind }),
      invariants: [],
    },
  ])("names $invariants when $when", ({ broken, invariants }) => {
    expect(decisionIsSound(broken).map(({ invariant }) => invariant)).toEqual(invariants);
  });
});

describe("the edges of other rules", () => {
  it("sorts backends by name whatever their order", () => {
    const at = { privateIpv4: "10.77.1.20" };
    const pool = [serving("aaaaaa", 9, at), serving("bbbbbb", 9, at), serving("cccccc", 9, at)];
    const sorted = wantedBackends(pool, limits);
    expect(wantedBackends([...pool].reverse(), limits)).toEqual(sorted);
    expect(
      wantedBackends(
        [pool[1], pool[0], pool[2]].flatMap((one) => one ?? []),
        limits,
      ),
    ).toEqual(sorted);
  });

  it("counts a machine's age from the first time that is known", () => {
    const young = { ...server({ vmUuid: "vm", phase: "booting" }).record };
    expect(mayGetPublicIp(young, NOW_MS)).toBe(true);
    expect(mayGetPublicIp({ ...young, cloneSentAtMs: NOW_MS - 400_000 }, NOW_MS)).toBe(false);
    expect(mayGetPublicIp({ ...young, times: { runningAtMs: NOW_MS - 400_000 } }, NOW_MS)).toBe(false);
  });

  it("gives up a server that was never sent for by the age of its phase", () => {
    const adopted = server(
      { phase: "probing", phaseSinceMs: NOW_MS - limits.giveUpMs },
      { failedProbeCount: 1 },
    );
    expect(nextStep(adopted, NOW_MS, limits, noGuards)).toMatchObject({ kind: "enter", phase: "failed" });
  });

  it("starts the watch anew when the clock ran backwards before anything was recommended", () => {
    expect(resumeWatch({ sinceMs: NOW_MS + 1, recommendations: [] }, NOW_MS, 60_000).sinceMs).toBe(NOW_MS);
  });

  it("asks again for a missing machine while it is probed", () => {
    const lost = server({ phase: "probing", cloneSentAtMs: NOW_MS }, { absentReadCount: limits.absentReads });
    expect(nextStep(lost, NOW_MS, limits, noGuards)).toEqual({ kind: "inspect" });
  });
});

describe("withoutFuture", () => {
  const aheadMs = NOW_MS + 3_600_000;
  it.each<{ when: string; change: Partial<ServerRecord>; after: Partial<ServerRecord> }>([
    { when: "its phase", change: { phaseSinceMs: aheadMs }, after: { phaseSinceMs: NOW_MS } },
    { when: "its clone", change: { cloneSentAtMs: aheadMs }, after: { cloneSentAtMs: NOW_MS } },
    { when: "its service", change: { inServiceSinceMs: aheadMs }, after: { inServiceSinceMs: NOW_MS } },
    { when: "its drain", change: { outAcknowledgedAtMs: aheadMs }, after: { outAcknowledgedAtMs: NOW_MS } },
    {
      when: "its start",
      change: { times: { runningAtMs: aheadMs } },
      after: { times: { runningAtMs: NOW_MS } },
    },
    {
      when: "its protection, which lasts as long as before,",
      change: { protectedUntilMs: aheadMs + 60_000 },
      after: { protectedUntilMs: NOW_MS + 60_000 },
    },
    { when: "its next try", change: { notBeforeMs: aheadMs }, after: { notBeforeMs: undefined } },
  ])("brings $when back to now", ({ change, after }) => {
    expect(withoutFuture(server(change).record, NOW_MS, 3_600_000)).toEqual({
      ...server(change).record,
      ...after,
    });
  });

  it("knows every moment of a record, also one that is added later", () => {
    const names = [
      "phaseSinceMs",
      "cloneSentAtMs",
      "publishedAtMs",
      "inServiceSinceMs",
      "outAcknowledgedAtMs",
    ];
    const times = ["breachAtMs", "decidedAtMs", "runningAtMs", "firstGoodProbeAtMs", "acknowledgedAtMs"];
    const ahead = (keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, aheadMs]));
    const record = {
      ...server().record,
      ...ahead([...names, "somethingNewAtMs"]),
      times: ahead([...times, "cloneSentAtMs"]),
    };

    const after = withoutFuture(record, NOW_MS, 3_600_000);

    expect(JSON.stringify(after)).not.toContain(String(aheadMs));
  });

  it("leaves a record of the past alone, and a try in a minute", () => {
    const record = server({ notBeforeMs: NOW_MS + 60_000, cloneSentAtMs: NOW_MS - 1 }).record;
    expect(withoutFuture(record, NOW_MS, 0)).toBe(record);
  });
});
