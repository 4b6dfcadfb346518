import { cpuQuotaPercent, machineDefaults, parseMachineSettings, quotasFor } from "./settings.ts";

const table = machineDefaults.cpuQuotaPercentByVcpu;

describe("cpuQuotaPercent", () => {
  it.each([
    { when: "listed", vcpu: 2, percent: 25 },
    { when: "between two", vcpu: 3, percent: 25 },
    { when: "above all", vcpu: 16, percent: 35 },
    { when: "below all", vcpu: 0, percent: 12 },
  ])("takes the row of a vcpu count that is $when", ({ vcpu, percent }) => {
    expect(cpuQuotaPercent(vcpu, table)).toBe(percent);
  });
});

describe("quotasFor", () => {
  it.each([
    { percent: 25, quotas: table },
    { percent: 100, quotas: { "1": 48, "2": 100, "4": 140 } },
    { percent: 10, quotas: { "1": 5, "2": 10, "4": 14 } },
  ])("gives every machine its part of $percent per cent", ({ percent, quotas }) => {
    expect(quotasFor(percent)).toEqual(quotas);
  });
});

describe("parseMachineSettings", () => {
  const needed = { instance: "x-test", imageDirectory: "/image", lxcfsDirectory: "/lxcfs" };

  it("fills in the defaults", () => {
    expect(parseMachineSettings(JSON.stringify(needed))).toEqual({ ...needed, ...machineDefaults });
  });

  it.each([
    { when: "nothing is set", value: {}, names: ["instance", "imageDirectory", "lxcfsDirectory"] },
    { when: "it is no object", value: 3, names: ["the JSON must be an object"] },
    {
      when: "a quota is text",
      value: { ...needed, cpuQuotaPercentByVcpu: { "2": "25" } },
      names: ["cpuQuota"],
    },
    {
      when: "a quota is too small to run",
      value: { ...needed, cpuQuotaPercentByVcpu: { "2": 4 } },
      names: ["cpuQuota"],
    },
    {
      when: "a vcpu count is no number",
      value: { ...needed, cpuQuotaPercentByVcpu: { two: 25 } },
      names: ["cpuQuota"],
    },
    { when: "there is no quota", value: { ...needed, cpuQuotaPercentByVcpu: {} }, names: ["cpuQuota"] },
    { when: "memory is negative", value: { ...needed, minimumMemoryMib: -1 }, names: ["minimumMemoryMib"] },
  ])("names the problem when $when", ({ value, names }) => {
    for (const name of names) expect(() => parseMachineSettings(JSON.stringify(value))).toThrow(name);
  });
});
