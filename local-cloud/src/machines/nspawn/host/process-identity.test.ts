import { identityOf, isAlive, parseIdentity, parseStat } from "./process-identity.ts";

const tail = "S 1 30764 30764 0 -1 4194304 195 0 0 0 3 4 0 0 20 0 1 0 106292 2654208 404";

describe("parseStat", () => {
  it.each([
    { when: "a plain name", line: `42 (sh) ${tail}`, pid: 42 },
    { when: "a name with a space", line: `42 (tmux: server) ${tail}`, pid: 42 },
    { when: "a name that looks like the end of a name", line: `42 (a) S 7 (b) ${tail}`, pid: 42 },
  ])("reads $when", ({ line, pid }) => {
    expect(parseStat(line)).toEqual({ pid, state: "S", parentPid: 1, startTicks: "106292", cpuTicks: 7 });
  });

  it.each([
    { when: "nothing", line: "" },
    { when: "a cut line", line: "42 (sh) S 1" },
    { when: "no number", line: `x (sh) ${tail}` },
    { when: "no name", line: `42 ${tail}` },
  ])("refuses $when", ({ line }) => {
    expect(parseStat(line)).toBeUndefined();
  });
});

describe("a process identity", () => {
  it("is read back from what a process wrote of itself", () => {
    expect(parseIdentity(`boot-1\n42 (sh) ${tail}\n`)).toEqual({
      pid: 42,
      startTicks: "106292",
      bootId: "boot-1",
    });
    expect(parseIdentity("boot-1\n")).toBeUndefined();
  });

  it("is alive for this process, and not for an earlier or rebooted one with its number", () => {
    const self = identityOf(process.pid);
    if (self === undefined) throw new Error("this process has no identity");
    expect(isAlive(self)).toBe(true);
    expect(isAlive({ ...self, startTicks: "1" })).toBe(false);
    expect(isAlive({ ...self, bootId: "another boot" })).toBe(false);
  });
});
