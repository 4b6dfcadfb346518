import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { watchServices } from "./watch-services.ts";

const api = { name: "api", pid: 7, running: true } as const;

describe("watchServices", () => {
  it("gives up with a sentence when a process of the cloud has ended", async () => {
    const controller = new AbortController();
    let looks = 0;
    const look = async () => {
      looks += 1;
      return [api, { name: "lxcfs", running: looks < 3 } as const];
    };
    const watch = watchServices(look, controller, 1);
    await once(controller.signal, "abort");
    watch.close();

    expect(looks).toBeGreaterThanOrEqual(3);
    expect(controller.signal.reason).toMatchObject({
      code: "LOCAL_CLOUD_CANNOT_RUN",
      message: "the local cloud's lxcfs has ended by itself",
    });
  });

  it("looks away once it is closed", async () => {
    const controller = new AbortController();
    watchServices(async () => [{ ...api, running: false }], controller, 1).close();
    await delay(20);

    expect(controller.signal.aborted).toBe(false);
  });
});
