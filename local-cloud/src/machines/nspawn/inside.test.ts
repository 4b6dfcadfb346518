import { isFirstProcess } from "./inside.ts";

describe("isFirstProcess", () => {
  it.each([
    { when: "a machine's init", status: "Name:\tsystemd\nNSpid:\t4711\t1\n", expected: true },
    { when: "a service of a machine", status: "NSpid:\t4712\t27\n", expected: false },
    { when: "a process of the host", status: "NSpid:\t1\n", expected: false },
    { when: "one that has ended", status: "", expected: false },
  ])("says $expected of $when", ({ status, expected }) => {
    expect(isFirstProcess(status)).toBe(expected);
  });
});
