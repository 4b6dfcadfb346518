import { patienceFactor, waitWhileItMoves } from "./patience.ts";

/** A waiting that sees one thing after the other, the last one for ever. */
const wait = (seen: readonly string[], end?: number) => {
  let looks = 0;
  return waitWhileItMoves({
    failure: "the API does not answer",
    limitMs: 60,
    pollMs: 20,
    async look() {
      looks += 1;
      if (looks === end) return { value: "answered" };
      return { seen: seen[looks - 1] ?? seen.at(-1) ?? "" };
    },
  });
};

describe("waitWhileItMoves", () => {
  it("returns what was waited for", async () => {
    await expect(wait(["nothing"], 2)).resolves.toBe("answered");
  });

  it("waits past its limit as long as something changes", async () => {
    const steps = Array.from({ length: 12 }, (_, index) => `step ${index}`);

    await expect(wait(steps, 12)).resolves.toBe("answered");
  });

  it("says what was seen last, and how to raise the limit, when nothing changes", async () => {
    await expect(wait(["starting", "connection refused"])).rejects.toThrow(
      /^the API does not answer after \d+ s; seen last: connection refused \(.*AUTOSCALER_PATIENCE=2/,
    );
  });

  it("ends with the signal", async () => {
    const look = async () => ({ seen: "nothing" });
    const signal = AbortSignal.abort(new Error("interrupted"));

    await expect(waitWhileItMoves({ failure: "", limitMs: 60, look, signal })).rejects.toThrow("interrupted");
  });
});

describe("patienceFactor", () => {
  it.each([
    { when: "not set", value: undefined, factor: 1 },
    { when: "a number", value: "3.5", factor: 3.5 },
    { when: "below 1", value: "0.1", factor: 1 },
    { when: "no number", value: "very", factor: 1 },
  ])("is $factor when $when", ({ value, factor }) => {
    expect(patienceFactor({ AUTOSCALER_PATIENCE: value })).toBe(factor);
  });
});
