import { leftovers } from "./leftovers.ts";
import { npmStart } from "./start-process.ts";

/** Lines that `npm start` prints when a part begins; the interruption comes right after. */
const moments = [
  { when: "the local cloud comes up", signal: "SIGKILL", after: "making the network" },
  { when: "Pulumi makes the machines", signal: "SIGINT", after: "creating Vm" },
] as const;

describe("npm start that was interrupted", () => {
  it.each(moments)("is cleaned up after by the next one ($signal while $when)", async ({ signal, after }) => {
    const interrupted = await npmStart(["--no-ramp"]);
    await interrupted.waitFor(after);
    interrupted.signal(signal);
    const first = await interrupted.ended;
    expect(first.code).not.toBe(0);
    if (signal === "SIGINT") expect(leftovers()).toEqual([]);

    const next = await npmStart(["--no-ramp"]);
    const { code, output } = await next.ended;

    expect({ code, end: code === 0 ? "" : output.slice(-4000) }).toEqual({ code: 0, end: "" });
    expect(leftovers()).toEqual([]);
  });
});
