import { createMetrics } from "./metrics.ts";

describe("createMetrics", () => {
  it("shows no size and no tick before the first tick", async () => {
    const metrics = createMetrics({ pool: "calc" });
    const before = await metrics.registry.metrics();
    metrics.ticked({ atMs: 5_000, durationMs: 10, desiredSize: 2, inServiceCount: 1, serversByPhase: {} });
    const after = await metrics.registry.metrics();

    for (const name of [
      "scaler_last_tick_timestamp_seconds",
      "scaler_desired_size",
      "scaler_in_service_servers",
    ]) {
      expect(before).not.toContain(`${name}{`);
      expect(after).toContain(`${name}{`);
    }
  });
});
