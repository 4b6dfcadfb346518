import { afterFailedCreate } from "./back-off.ts";
import { defaultPolicy } from "./policy.ts";
import {
  canServeAgain,
  isOnItsWay,
  isWarm,
  lifecycleLimits,
  mayGetPublicIp,
  nextStep,
  type PoolGuards,
  SCALE_IN,
} from "./server-lifecycle.ts";
import type { ServerRecord, ServerSighting } from "./server-record.ts";
import { limits, NOW_MS, noGuards, server } from "./testing/samples.ts";

const vm = { uuid: "vm-1", name: "pool-ab12cd-c-aaaaaa", status: "running", privateIpv4: "10.77.1.20" };
const { privateIpv4: _, ...vmWithoutIp } = vm;
const ago = (seconds: number) => NOW_MS - seconds * 1000;
const known = { vmUuid: "vm-1", cloneSentAtMs: ago(30) };
const published = { ...known, privateIpv4: "10.77.1.20", publishedAtMs: ago(60), inServiceSinceMs: ago(60) };
const good = { vm, goodProbeCount: 3 };

interface Row {
  readonly when: string;
  readonly record: Partial<ServerRecord>;
  readonly sighting?: Partial<ServerSighting>;
  readonly guards?: Partial<PoolGuards>;
  readonly step: string;
}

describe("nextStep", () => {
  it.each<Row>([
    { when: "planned", record: { phase: "planned" }, step: "clone" },
    {
      when: "planned, its retry not due",
      record: { phase: "planned", notBeforeMs: NOW_MS + 1 },
      step: "wait",
    },
    {
      when: "planned, one on its way",
      record: { phase: "planned" },
      guards: { isOneOnItsWay: true },
      step: "clone",
    },
    {
      when: "planned, one on its way after a failure",
      record: { phase: "planned" },
      guards: { isOneOnItsWay: true, backOff: { failureCount: 1, notBeforeMs: 0 } },
      step: "wait",
    },
    {
      when: "planned after a failed create",
      record: { phase: "planned" },
      guards: { backOff: afterFailedCreate({ failureCount: 0, notBeforeMs: 0 }, NOW_MS) },
      step: "wait",
    },
    { when: "sent, the answer lost", record: { phase: "creating", ...known }, step: "look-up" },
    {
      when: "sent, the next look not due",
      record: { phase: "creating", ...known, notBeforeMs: NOW_MS + 1 },
      step: "wait",
    },
    {
      when: "sent, and seen in the list",
      record: { phase: "creating", ...known },
      sighting: { vm },
      step: "enter booting",
    },
    {
      when: "sent long ago, not looked for yet",
      record: { phase: "creating", phaseSinceMs: ago(9_000) },
      step: "look-up",
    },
    {
      when: "looked for long enough",
      record: { phase: "creating", phaseSinceMs: ago(120), attemptCount: 3 },
      step: "enter failed",
    },
    { when: "booting, nothing seen", record: { phase: "booting", ...known }, step: "inspect" },
    {
      when: "booting without an address",
      record: { phase: "booting", ...known },
      sighting: { vm: vmWithoutIp },
      step: "inspect",
    },
    {
      when: "booting, still building",
      record: { phase: "booting", ...known },
      sighting: { vm: { ...vm, status: "building" } },
      step: "inspect",
    },
    {
      when: "booting, stopped",
      record: { phase: "booting", ...known },
      sighting: { vm: { ...vm, status: "stopped" } },
      step: "start",
    },
    {
      when: "booting, it runs",
      record: { phase: "booting", ...known },
      sighting: { vm },
      step: "enter probing",
    },
    {
      when: "booting for too long",
      record: { phase: "booting", cloneSentAtMs: ago(600) },
      sighting: { vm },
      step: "enter failed",
    },
    {
      when: "booting, vanished",
      record: { phase: "booting", ...known },
      sighting: { isProvenAbsent: true },
      step: "enter failed",
    },
    {
      when: "probing",
      record: { phase: "probing", ...known },
      sighting: { vm, goodProbeCount: 2 },
      step: "probe",
    },
    {
      when: "probing, out of the list",
      record: { phase: "probing", ...known },
      sighting: { vm, absentReadCount: 3 },
      step: "inspect",
    },
    {
      when: "ready, not acknowledged for an hour",
      record: { phase: "probing", cloneSentAtMs: ago(3_600) },
      sighting: good,
      step: "wait",
    },
    {
      when: "probing for too long",
      record: { phase: "probing", cloneSentAtMs: ago(600) },
      sighting: { vm, failedProbeCount: 1 },
      step: "enter failed",
    },
    {
      when: "sent long ago, seen by no probe since a restart",
      record: { phase: "probing", cloneSentAtMs: ago(600), publishedAtMs: ago(90) },
      sighting: { vm },
      step: "probe",
    },
    {
      when: "published, then unanswering for too long",
      record: { phase: "probing", cloneSentAtMs: ago(600), publishedAtMs: ago(90) },
      sighting: { vm, failedProbeCount: 1 },
      step: "enter draining",
    },
    {
      when: "probing, vanished",
      record: { phase: "probing", ...known },
      sighting: { ...good, isProvenAbsent: true },
      step: "enter failed",
    },
    { when: "serving", record: { phase: "serving", ...published }, sighting: good, step: "wait" },
    {
      when: "serving, two failed probes",
      record: { phase: "serving", ...published },
      sighting: { vm, failedProbeCount: 2 },
      step: "wait",
    },
    {
      when: "serving, three failed probes",
      record: { phase: "serving", ...published },
      sighting: { vm, failedProbeCount: 3 },
      step: "enter draining",
    },
    {
      when: "serving, most servers fail",
      record: { phase: "serving", ...published },
      sighting: { vm, failedProbeCount: 3 },
      guards: { mayReplaceUnhealthy: false },
      step: "wait",
    },
    {
      when: "serving, out of two lists",
      record: { phase: "serving", ...published },
      sighting: { ...good, absentReadCount: 2 },
      step: "wait",
    },
    {
      when: "serving, out of three lists",
      record: { phase: "serving", ...published },
      sighting: { ...good, absentReadCount: 3 },
      step: "inspect",
    },
    {
      when: "serving, vanished",
      record: { phase: "serving", ...published },
      sighting: { isProvenAbsent: true },
      step: "enter draining",
    },
    {
      when: "draining, not acknowledged for an hour",
      record: { phase: "draining", ...published, phaseSinceMs: ago(3_600) },
      sighting: { vm, openConnectionCount: 0 },
      step: "wait",
    },
    {
      when: "draining, idle but too soon",
      record: { phase: "draining", ...published, outAcknowledgedAtMs: ago(2) },
      sighting: { vm, openConnectionCount: 0 },
      step: "wait",
    },
    {
      when: "drained",
      record: { phase: "draining", ...published, outAcknowledgedAtMs: ago(3) },
      sighting: { vm, openConnectionCount: 0 },
      step: "enter deleting",
    },
    {
      when: "draining, still connected",
      record: { phase: "draining", ...published, outAcknowledgedAtMs: ago(59) },
      sighting: { vm, openConnectionCount: 1 },
      step: "wait",
    },
    {
      when: "draining, connections unknown",
      record: { phase: "draining", ...published, outAcknowledgedAtMs: ago(59) },
      sighting: { vm },
      step: "wait",
    },
    {
      when: "draining past its deadline",
      record: { phase: "draining", ...published, outAcknowledgedAtMs: ago(60) },
      sighting: { vm, openConnectionCount: 9 },
      step: "enter deleting",
    },
    {
      when: "draining, vanished",
      record: { phase: "draining", ...published, outAcknowledgedAtMs: ago(1) },
      sighting: { isProvenAbsent: true },
      step: "enter deleting",
    },
    {
      when: "draining, out of three lists",
      record: { phase: "draining", ...published, outAcknowledgedAtMs: ago(1) },
      sighting: { vm, absentReadCount: 3 },
      step: "inspect",
    },
    ...(["probing", "serving"] as const).map((phase) => ({
      when: `${phase}, its address another machine's`,
      record: { phase, ...published, privateIpv4: undefined },
      step: "enter draining",
    })),
    {
      when: "draining, its machine absent, the load balancer silent",
      record: { phase: "draining", ...published },
      sighting: { isProvenAbsent: true },
      step: "enter deleting",
    },
    {
      when: "draining, let go, its address another machine's, who has connections",
      record: { phase: "draining", ...published, privateIpv4: undefined, outAcknowledgedAtMs: ago(5) },
      sighting: { openConnectionCount: 7 },
      step: "enter deleting",
    },
    { when: "failed", record: { phase: "failed", ...known }, step: "enter deleting" },
    { when: "deleting", record: { phase: "deleting", ...known }, step: "delete" },
    {
      when: "deleting, its retry not due",
      record: { phase: "deleting", ...known, notBeforeMs: NOW_MS + 1 },
      step: "wait",
    },
    { when: "gone", record: { phase: "gone", ...known }, step: "wait" },
  ])("$when: $step", ({ record, sighting = {}, guards = {}, step }) => {
    const next = nextStep(server(record, sighting), NOW_MS, limits, { ...noGuards, ...guards });

    expect(next.kind === "enter" ? `enter ${next.phase}` : next.kind).toBe(step);
  });
});

describe("a server", () => {
  it.each<{
    when: string;
    record: Partial<ServerRecord>;
    sighting?: Partial<ServerSighting>;
    warm: boolean;
  }>([
    { when: "in service long enough", record: { phase: "serving", inServiceSinceMs: ago(60) }, warm: true },
    { when: "new in service", record: { phase: "serving", inServiceSinceMs: ago(59) }, warm: false },
    { when: "draining, still served", record: { phase: "draining", inServiceSinceMs: ago(60) }, warm: true },
    {
      when: "draining, let go",
      record: { phase: "draining", inServiceSinceMs: ago(60), outAcknowledgedAtMs: ago(1) },
      warm: false,
    },
    { when: "on its way", record: { phase: "probing" }, warm: false },
    {
      when: "served, its machine absent",
      record: { phase: "serving", inServiceSinceMs: ago(60) },
      sighting: { isProvenAbsent: true },
      warm: false,
    },
  ])("counts to the load: $warm when $when", ({ record, sighting, warm }) => {
    expect(isWarm(server(record, sighting), NOW_MS, defaultPolicy)).toBe(warm);
  });

  it.each<{
    when: string;
    record: Partial<ServerRecord>;
    sighting?: Partial<ServerSighting>;
    again: boolean;
  }>([
    {
      when: "it drains because the pool shrinks",
      record: { phase: "draining", why: SCALE_IN },
      sighting: good,
      again: true,
    },
    {
      when: "it failed its probes",
      record: { phase: "draining", why: "it failed its probes" },
      sighting: good,
      again: false,
    },
    { when: "it does not answer now", record: { phase: "draining", why: SCALE_IN }, again: false },
    {
      when: "it is being deleted",
      record: { phase: "deleting", why: SCALE_IN },
      sighting: good,
      again: false,
    },
  ])("can serve again: $again when $when", ({ record, sighting = {}, again }) => {
    expect(canServeAgain(server(record, sighting), limits)).toBe(again);
  });

  it.each<{ when: string; record: Partial<ServerRecord>; may: boolean }>([
    {
      when: "it runs for a minute",
      record: { phase: "serving", ...known, times: { runningAtMs: ago(60) } },
      may: true,
    },
    {
      when: "it runs for five minutes",
      record: { phase: "serving", ...known, times: { runningAtMs: ago(300) } },
      may: false,
    },
    { when: "it is deleted young", record: { phase: "deleting", ...known }, may: true },
    {
      when: "it is deleted after two minutes",
      record: { phase: "deleting", ...known, cloneSentAtMs: ago(120) },
      may: false,
    },
    {
      when: "its address was released",
      record: { phase: "serving", ...known, publicIp: "settled" },
      may: false,
    },
    { when: "it has no machine", record: { phase: "creating" }, may: false },
    {
      when: "nobody watched for an hour",
      record: { phase: "serving", ...known, cloneSentAtMs: ago(3_600), publicIpSinceMs: ago(10) },
      may: true,
    },
  ])("may get a public address: $may when $when", ({ record, may }) => {
    expect(mayGetPublicIp(server(record).record, NOW_MS)).toBe(may);
  });

  it("is looked for at most two minutes, and never longer than it may take to boot", () => {
    const provision = { ...defaultPolicy.provision, giveUpSeconds: 30 };
    expect(limits.lookUpMs).toBe(120_000);
    expect(lifecycleLimits({ ...defaultPolicy, provision }).lookUpMs).toBe(30_000);
  });
});

describe("a server that was sent for", () => {
  it.each(["planned", "creating", "booting", "probing", "serving", "draining"] as const)(
    "counts while %s",
    (phase) => {
      expect(isOnItsWay(server({ phase }).record)).toBe(["creating", "booting", "probing"].includes(phase));
    },
  );
});
