import { createSender } from "./sender.ts";
import { startFakeService } from "./testing/fake-service.ts";

const request = { method: "POST", path: "/calculate", body: { number: 13 } };

describe("createSender", () => {
  it("sends the request below the base URL's path and reads the answer", async () => {
    const service = await startFakeService((response) => response.end("ok"));
    const sender = createSender({ url: `${service.url}/base/`, request, timeoutMs: 2000 });

    expect(await sender.send()).toEqual({ kind: "ok" });
    expect(service.bodies).toEqual(['POST /base/calculate {"number":13}']);
    await sender.close();
    await service.close();
  });

  it.each([
    { when: "it is refused", status: 503, failure: "status-503" },
    { when: "the path is wrong", status: 404, failure: "status-404" },
    { when: "it is sent elsewhere", status: 302, failure: "status-302" },
  ])("fails when $when", async ({ status, failure }) => {
    const service = await startFakeService((response) => response.writeHead(status).end());
    const sender = createSender({ url: service.url, request, timeoutMs: 2000 });

    expect(await sender.send()).toEqual({ kind: "failed", failure });
    await sender.close();
    await service.close();
  });

  it.each([
    { when: "no answer comes", timeoutMs: 100, answer: () => undefined, failure: "timeout" },
    { when: "the answer stops half-way", timeoutMs: 100, answer: "half", failure: "timeout" },
    { when: "the connection breaks", timeoutMs: 5000, answer: "break", failure: "connection-reset" },
  ])("fails when $when", async ({ timeoutMs, answer, failure }) => {
    const service = await startFakeService((response) => {
      if (answer === "half") response.writeHead(200, { "content-length": 10 }).write("half");
      if (answer === "break") response.destroy();
    });
    const sender = createSender({ url: service.url, request, timeoutMs });

    expect(await sender.send()).toEqual({ kind: "failed", failure });
    await sender.close();
    await service.close();
  });

  it("fails when nobody listens", async () => {
    const service = await startFakeService(() => undefined);
    await service.close();
    const sender = createSender({ url: service.url, request, timeoutMs: 5000 });

    expect(await sender.send()).toEqual({ kind: "failed", failure: "connection-refused" });
    await sender.close();
  });
});
