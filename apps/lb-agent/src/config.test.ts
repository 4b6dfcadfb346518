import { ConfigurationError } from "@autoscaler/service-kit";
import { parseConfig } from "./config.ts";

const good = {
  LISTEN_HOST: "10.77.1.5",
  ALLOWED_NETWORK: "10.77.1.0/24",
  DYNAMIC_DIRECTORY: "/var/lib/lb-agent/dynamic",
  STATE_DIRECTORY: "/var/lib/lb-agent",
  POOL: "calc",
  LB_AGENT_TOKEN: "very-secret",
};

describe("parseConfig", () => {
  it("fills in the defaults", () => {
    expect(parseConfig(good)).toMatchObject({
      listenPort: 4100,
      allowed: { port: 3000, pools: ["calc"] },
      first: { generation: 0, pools: [] },
      traefikApiUrl: "http://127.0.0.1:8080",
      healthPath: "/healthz",
      acknowledgeTimeoutMs: 5000,
    });
  });

  it("takes the seed as the first backend", () => {
    expect(parseConfig({ ...good, SEED_URL: "http://10.77.1.10:3000" }).first).toEqual({
      generation: 0,
      pools: [{ pool: "calc", backends: ["http://10.77.1.10:3000"] }],
    });
  });

  it("lists all that is missing, each once", () => {
    expect(problemsOf({})).toEqual([
      "LISTEN_HOST is missing",
      "LB_AGENT_TOKEN is missing; it is given as a systemd credential of that name (lower case, hyphens), or a variable",
      "ALLOWED_NETWORK is missing",
      "POOL is missing",
      "DYNAMIC_DIRECTORY is missing",
      "STATE_DIRECTORY is missing",
    ]);
  });

  it.each([
    {
      when: "the network has host bits",
      change: { ALLOWED_NETWORK: "10.77.1.5/24" },
      names: "ALLOWED_NETWORK",
    },
    { when: "the seed is elsewhere", change: { SEED_URL: "http://192.168.0.1:3000" }, names: "SEED_URL" },
    { when: "the health path is a template", change: { HEALTH_PATH: '/{{env "X"}}' }, names: "HEALTH_PATH" },
    { when: "the pool name is a template", change: { POOL: "{{x}}" }, names: "POOL" },
    { when: "a directory is relative", change: { DYNAMIC_DIRECTORY: "dynamic" }, names: "DYNAMIC_DIRECTORY" },
  ])("refuses when $when, without showing a secret", ({ change, names }) => {
    const problems = problemsOf({ ...good, ...change });

    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${names} must be`));
    expect(problems.join()).not.toContain("very-secret");
  });
});

function problemsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    parseConfig(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}
