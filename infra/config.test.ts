import { parseConfig } from "./config.ts";

function parse(values: Readonly<Record<string, unknown>>, stack = "dev") {
  const texts = Object.entries(values).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return parseConfig({
    values: Object.fromEntries(texts),
    stack,
    environment: { IDCLOUDHOST_API_KEY: "key" },
  });
}

function problemsOf(values: Readonly<Record<string, unknown>>, stack?: string): readonly string[] {
  const parsed = parse(values, stack);
  return parsed.kind === "ok" ? [] : parsed.problems;
}

describe("parseConfig", () => {
  it("needs nothing but the key", () => {
    expect(parse({})).toMatchObject({
      kind: "ok",
      config: {
        cloud: { apiUrl: "https://api.idcloudhost.com", apiKey: "key", location: "jkt01" },
        machines: { seed: { vcpu: 2, memoryMib: 2048, diskGb: 20 } },
        service: { path: "apps/calc", bundle: { "server.mjs": "./src/server.ts" }, port: 3000 },
        pool: { name: "calc", policy: { minSize: 1, maxSize: 5 } },
      },
    });
  });

  it("bundles nothing of a service of the user's own unless told to", () => {
    const parsed = parse({ service: { path: "../shop", command: ["/usr/bin/shop"], healthPath: "/up" } });

    expect(parsed).toMatchObject({
      kind: "ok",
      config: { pool: { policy: { provision: { probePath: "/up" } } } },
    });
    expect(parsed.kind === "ok" && parsed.config.service).not.toHaveProperty("bundle");
    expect(parsed).toMatchObject({ config: { service: { exampleRequest: { method: "GET", path: "/" } } } });
  });

  it("takes the key of the configuration before that of the environment", () => {
    expect(parse({ apiKey: "other" })).toMatchObject({ config: { cloud: { apiKey: "other" } } });
  });

  it("takes numbers as Pulumi hands them over, as text", () => {
    expect(parse({ pollIntervalMs: "300", location: "", billingAccountId: "1200000001" })).toMatchObject({
      config: { cloud: { pollIntervalMs: 300, location: "" } },
    });
  });

  it.each([
    { when: "the URL is none", values: { apiUrl: "ftp://x" }, problem: /^apiUrl must be an http/ },
    {
      when: "the location has odd characters",
      values: { location: "JKT/1" },
      problem: /^location must be a slug/,
    },
    { when: "the key has a blank", values: { apiKey: "a b" }, problem: /^apiKey must be the printable/ },
    {
      when: "the account is no number",
      values: { billingAccountId: "x" },
      problem: /^billingAccountId must be/,
    },
    {
      when: "a key is misspelt",
      values: { lokation: "x" },
      problem: /^lokation is not known here; did you mean location\?$/,
    },
    {
      when: "a nested key is misspelt",
      values: { seed: { keepIp: true } },
      problem: /^seed\.keepIp is not known/,
    },
    { when: "a section is a list", values: { machines: [] }, problem: /^machines must be an object/ },
    { when: "a section is plain text", values: { pool: "calc" }, problem: /^pool must be structured/ },
    {
      when: "a size is text",
      values: { machines: { lb: { vcpu: "two" } } },
      problem: /^machines\.lb\.vcpu must be/,
    },
    {
      when: "a flag is text",
      values: { seed: { keepPublicIp: "yes" } },
      problem: /^seed\.keepPublicIp must be true or false/,
    },
    {
      when: "the policy is wrong",
      values: { pool: { policy: { minSize: 9 } } },
      problem: /^pool\.policy: minSize 9 is above/,
    },
    {
      when: "the policy is text",
      values: { pool: { policy: "big" } },
      problem: /^pool\.policy must be an object$/,
    },
    {
      when: "the pool's name has capitals",
      values: { pool: { name: "Calc" } },
      problem: /^pool\.name must be/,
    },
    {
      when: "the port is too high",
      values: { service: { port: 65_536 } },
      problem: /^service\.port must be a whole/,
    },
    {
      when: "the command is one text",
      values: { service: { command: "node x" } },
      problem: /^service\.command must be a list/,
    },
    {
      when: "a variable has a line break",
      values: { service: { environment: { A: "x\ny" } } },
      problem: /^service\.environment\.A must be one line of text$/,
    },
    {
      when: "a variable's name is none",
      values: { service: { environment: { "A-B": "x" } } },
      problem: /^service\.environment\.A-B is no name that is allowed here: names of variables$/,
    },
    {
      when: "an artifact is unknown",
      values: { artifacts: { versions: { grafana: "1" } } },
      problem: /^artifacts\.versions\.grafana/,
    },
    {
      when: "a key line has no type",
      values: { authorizedKeys: ["AAAA"] },
      problem: /^authorizedKeys\[0\] must be one OpenSSH public key line$/,
    },
  ])("refuses when $when", ({ values, problem }) => {
    expect(problemsOf(values)).toEqual([expect.stringMatching(problem)]);
  });

  it("refuses a stack whose name cannot be part of a VM's name", () => {
    expect(problemsOf({}, "my.stack")).toEqual([expect.stringMatching(/^the stack's name/)]);
  });

  it("reports all problems at once and no value", () => {
    const problems = problemsOf({
      apiKey: "se cret",
      apiUrl: "se cret",
      monitoring: { retention: "se cret" },
    });

    expect(problems).toHaveLength(3);
    expect(problems.join()).not.toContain("se cret");
  });

  it("says where to put the missing key", () => {
    const parsed = parseConfig({ values: {}, stack: "dev", environment: {} });
    expect(parsed).toEqual({
      kind: "invalid",
      problems: [expect.stringContaining("pulumi config set --secret apiKey")],
    });
  });

  it("says so beside what else is wrong", () => {
    const parsed = parseConfig({ values: { apiUrl: "no URL" }, stack: "dev", environment: {} });
    expect(parsed).toMatchObject({
      problems: [expect.stringContaining("apiKey is missing"), expect.stringContaining("apiUrl must be")],
    });
  });
});
