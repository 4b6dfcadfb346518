import { parse } from "yaml";
import { renderDynamicFile } from "./dynamic-file.ts";

describe("renderDynamicFile", () => {
  it("routes everything on web to the pool, with health check, short time-outs and the marker", () => {
    const backends = ["http://10.77.1.10:3000", "http://10.77.1.11:3000"];

    const file = parse(renderDynamicFile({ generation: 7, pools: [{ pool: "calc", backends }] }, "/healthz"));

    expect(file).toEqual({
      http: {
        routers: { calc: { entryPoints: ["web"], rule: "PathPrefix(`/`)", service: "calc" } },
        middlewares: {
          "generation-7": { headers: { customResponseHeaders: { "X-Backends-Generation": "7" } } },
        },
        services: {
          calc: {
            loadBalancer: {
              strategy: "p2c",
              passHostHeader: true,
              servers: backends.map((url) => ({ url })),
              healthCheck: { path: "/healthz", interval: "2s", timeout: "1s" },
              serversTransport: "calc",
            },
          },
        },
        serversTransports: {
          calc: {
            maxIdleConnsPerHost: 100,
            forwardingTimeouts: { dialTimeout: "1s", idleConnTimeout: "2s" },
          },
        },
      },
    });
  });
});
