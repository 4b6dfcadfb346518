import { randomUUID } from "node:crypto";
import { tryLock, withLock } from "./exclusive-lock.ts";

describe("an exclusive lock", () => {
  it("is had by one at a time", async () => {
    const name = randomUUID();
    const first = await tryLock(name);
    expect(first).toBeDefined();
    expect(await tryLock(name)).toBeUndefined();
    await first?.release();
    const second = await tryLock(name);
    expect(second).toBeDefined();
    await second?.release();
  });

  it("makes the second wait, tells so, and is free after a failure", async () => {
    const name = randomUUID();
    const order: string[] = [];
    const work = async (label: string) => {
      order.push(`${label} in`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${label} out`);
      if (label === "first") throw new Error("it broke");
    };
    const first = withLock(
      name,
      () => undefined,
      () => work("first"),
    );
    const second = withLock(
      name,
      () => order.push("waits"),
      () => work("second"),
    );
    await expect(first).rejects.toThrow("it broke");
    await second;
    expect(order.filter((entry) => entry !== "waits")).toEqual([
      "first in",
      "first out",
      "second in",
      "second out",
    ]);
  });
});
