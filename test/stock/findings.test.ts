import { isGood, readFindings } from "./findings.ts";

const console = `[    0.000000] Linux version 6.1
STOCK fact kernel 6.1.0-56-cloud-amd64
STOCK npm start ok exit 0 after 900 s\r
pulumi: STOCK is no finding here
STOCK memory.max FAILED max
STOCK done
`;

describe("readFindings", () => {
  it("reads facts and checks, and whether the script came to its end", () => {
    expect(readFindings(console)).toEqual({
      facts: { kernel: "6.1.0-56-cloud-amd64" },
      checks: [
        { name: "npm start", isGood: true, seen: "exit 0 after 900 s" },
        { name: "memory.max", isGood: false, seen: "max" },
      ],
      complete: true,
    });
  });

  it.each([
    { when: "a check failed", text: console, good: false },
    { when: "it stopped in the middle", text: "STOCK npm start ok exit 0\n", good: false },
    { when: "it looked at nothing", text: "STOCK done\n", good: false },
    { when: "all is well", text: "STOCK npm start ok exit 0\nSTOCK done\n", good: true },
  ])("is good: $good when $when", ({ text, good }) => {
    expect(isGood(readFindings(text))).toBe(good);
  });
});
