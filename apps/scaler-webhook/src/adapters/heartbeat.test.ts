import { createFakeClock } from "@autoscaler/service-kit";
import { createHttpDouble } from "../testing/http-double.ts";
import { createHeartbeat } from "./heartbeat.ts";

describe("createHeartbeat", () => {
  it("tells once a minute, however often the loop ticks", async () => {
    const clock = createFakeClock(1_800_000_000_000);
    const sent: string[] = [];
    const send = async (url: string) => sent.push(url);
    const beat = createHeartbeat({ url: "http://watcher/x", clock, send, failed: () => undefined });
    for (let second = 0; second < 300; second += 5) {
      beat();
      await clock.advance(5_000);
    }
    expect(sent).toHaveLength(5);
  });

  it.each([
    { when: "the watcher answers", status: 200, failures: 0 },
    { when: "the watcher refuses", status: 500, failures: 1 },
  ])("counts $failures failures when $when", async ({ status, failures }) => {
    const double = await createHttpDouble(() => ({ status, body: "" }));
    let count = 0;
    const clock = createFakeClock(0);
    const failed = () => {
      count += 1;
    };
    const beat = createHeartbeat({ url: double.url, clock, failed });
    beat();
    while (double.requests.length === 0 || count < failures) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await double.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([double.requests[0]?.method, count]).toEqual(["POST", failures]);
  });
});
