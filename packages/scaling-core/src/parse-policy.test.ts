import { parseScalingPolicy } from "./parse-policy.ts";
import { defaultPolicy, growAbovePercent, shrinkBelowPercent } from "./policy.ts";

function problemsOf(value: unknown): readonly string[] {
  const result = parseScalingPolicy(value);
  return result.kind === "invalid" ? result.problems : [];
}

describe("parseScalingPolicy", () => {
  it.each([
    { when: "nothing is given", value: undefined },
    { when: "an empty object is given", value: {} },
  ])("fills in every default when $when", ({ value }) => {
    expect(parseScalingPolicy(value)).toEqual({ kind: "ok", policy: defaultPolicy });
  });

  it("takes its own result back unchanged", () => {
    expect(parseScalingPolicy(JSON.parse(JSON.stringify(defaultPolicy)))).toEqual({
      kind: "ok",
      policy: defaultPolicy,
    });
  });

  it("lets a given limit replace the default one of that direction", () => {
    const result = parseScalingPolicy({ scaleUp: { maxServers: 2 }, scaleDown: { maxPercent: 50 } });

    expect(result).toMatchObject({
      policy: {
        scaleUp: { stabilizationSeconds: 0, maxServers: 2, periodSeconds: 60 },
        scaleDown: { stabilizationSeconds: 300, maxPercent: 50, periodSeconds: 60 },
      },
    });
    expect(JSON.stringify(result)).not.toContain('"maxPercent":100');
  });

  it.each<{ when: string; value: unknown; problem: string }>([
    { when: "it is no object", value: 7, problem: "the policy must be an object" },
    { when: "it is an array", value: [], problem: "the policy must be an object" },
    { when: "it is null", value: null, problem: "the policy must be an object" },
    {
      when: "a field is unknown",
      value: { maxsize: 3 },
      problem: "maxsize is not known here; did you mean maxSize?",
    },
    {
      when: "a nested field is unknown",
      value: { drain: { grace: 3 } },
      problem: "drain.grace is not known here; there are minimumSeconds, deadlineSeconds",
    },
    { when: "a section is no object", value: { scaleUp: 3 }, problem: "scaleUp must be an object" },
    {
      when: "a number is NaN",
      value: { targetPercent: Number.NaN },
      problem: "targetPercent must be a number from 1 to 99",
    },
    {
      when: "a number is text",
      value: { maxSize: "5" },
      problem: "maxSize must be a whole number from 1 to 1000",
    },
    {
      when: "a number is null",
      value: { maxSize: null },
      problem: "maxSize must be a whole number from 1 to 1000",
    },
    {
      when: "a number is infinite",
      value: { warmUpSeconds: Number.POSITIVE_INFINITY },
      problem: "warmUpSeconds must be a number from 0 to 3600",
    },
    {
      when: "a size is a fraction",
      value: { minSize: 1.5 },
      problem: "minSize must be a whole number from 1 to 1000",
    },
    {
      when: "a size is zero",
      value: { minSize: 0 },
      problem: "minSize must be a whole number from 1 to 1000",
    },
    { when: "the limits cross", value: { minSize: 6 }, problem: "minSize 6 is above maxSize 5" },
    {
      when: "it could never grow",
      value: { targetPercent: 90 },
      problem:
        "targetPercent and tolerancePercent: the pool would grow above 103.5 % only, which never happens",
    },
    {
      when: "the drain's times cross",
      value: { drain: { minimumSeconds: 90 } },
      problem: "drain.minimumSeconds is above drain.deadlineSeconds",
    },
    {
      when: "the probe path is a URL",
      value: { provision: { probePath: "http://x" } },
      problem: "provision.probePath must be a path such as /healthz",
    },
    {
      when: "the probe path is a number",
      value: { provision: { probePath: 1 } },
      problem: "provision.probePath must be a path such as /healthz",
    },
    {
      when: "a rate is negative",
      value: { scaleDown: { maxServers: -1 } },
      problem: "scaleDown.maxServers must be a whole number from 1 to 1000",
    },
  ])("says what is wrong when $when", ({ value, problem }) => {
    expect(problemsOf(value)).toEqual([problem]);
  });

  it("reports every problem at once", () => {
    const problems = problemsOf({
      minSize: 0,
      targetPercent: -1,
      scaleUp: { periodSeconds: 0, burst: 1 },
      provision: [],
      x: 1,
    });

    expect(problems).toHaveLength(6);
  });
});

describe("the band of a policy", () => {
  it("is exact where floating point is not", () => {
    expect(growAbovePercent(defaultPolicy)).toBe(69);
    expect(shrinkBelowPercent(defaultPolicy)).toBe(51);
  });
});
