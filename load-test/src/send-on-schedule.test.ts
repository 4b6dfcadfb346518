import { createFakeClock, type FakeClock } from "@autoscaler/service-kit";
import { createRecorder } from "./recorder.ts";
import { sendOnSchedule } from "./send-on-schedule.ts";

const schedule = [100, 200, 300, 400].map((atMs) => ({ atMs, stageIndex: 0 }));

describe("sendOnSchedule", () => {
  it("sends on time while no answer comes, and counts latency from when each was due", async () => {
    const { run, clock, recorder, answerAll, sentAtMs } = setUp();

    const running = run();
    await clock.advance(1000);
    expect(sentAtMs).toEqual([100, 200, 300, 400]);
    expect(recorder.live(1000)).toMatchObject({ sentCount: 4, inFlightCount: 4 });
    answerAll();
    await running;

    expect(recorder.samples().map(({ latencyMs }) => latencyMs)).toEqual([900, 800, 700, 600]);
  });

  it("catches up at once when it comes late, and still counts from when each was due", async () => {
    const { run, clock, recorder, answerAll, sentAtMs } = setUp();
    await clock.advance(350);

    const running = run();
    await clock.advance(0);
    expect(sentAtMs).toEqual([350, 350, 350]);
    await clock.advance(50);
    answerAll();
    await running;

    expect(recorder.samples().map(({ latencyMs }) => latencyMs)).toEqual([300, 200, 100, 0]);
  });

  it("stops when it is over, and waits for what is on its way", async () => {
    const { run, clock, recorder, answerAll, sentAtMs } = setUp();

    const running = run(({ atMs }) => atMs > 250);
    await clock.advance(500);
    answerAll();
    await running;

    expect(sentAtMs).toEqual([100, 200]);
    expect(recorder.samples()).toHaveLength(2);
  });

  it("stops at once when it is aborted", async () => {
    const { run, clock, abort, answerAll, sentAtMs } = setUp();

    const running = run();
    await clock.advance(150);
    abort.abort();
    await clock.advance(1000);
    answerAll();
    await running;

    expect(sentAtMs).toEqual([100]);
  });
});

function setUp() {
  const clock: FakeClock = createFakeClock();
  const recorder = createRecorder();
  const abort = new AbortController();
  const sentAtMs: number[] = [];
  const answers: (() => void)[] = [];
  const sender = {
    send: () => {
      sentAtMs.push(clock.nowMs());
      return new Promise<{ readonly kind: "ok" }>((resolve) => answers.push(() => resolve({ kind: "ok" })));
    },
  };
  const ports = { clock, sender, recorder, startMs: 0, signal: abort.signal };
  const run = (isOver?: (arrival: { readonly atMs: number }) => boolean) =>
    sendOnSchedule(schedule, ports, isOver);
  const answerAll = () => {
    for (const answer of answers) answer();
  };
  return { clock, recorder, abort, sentAtMs, run, answerAll };
}
