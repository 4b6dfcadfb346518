import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { parseConfig, parsePoolFile } from "./config.ts";

const pool = {
  pool: "calc",
  namePrefix: "local-ab12cd",
  seed: { name: "local-ab12cd-seed", vmUuid: "u", privateIpv4: "10.77.1.10" },
  protectedVmUuids: ["u", "v"],
  servicePort: 3000,
  keepPublicIp: false,
  policy: { maxSize: 3 },
};

describe("parsePoolFile", () => {
  it("takes the file that Pulumi writes and fills the policy's defaults", () => {
    expect(parsePoolFile(JSON.stringify(pool))).toMatchObject({
      ...pool,
      policy: { minSize: 1, maxSize: 3, targetPercent: 60 },
    });
  });

  it.each([
    { when: "it is no JSON", text: "{", problem: "the JSON must be an object" },
    { when: "it is no object", text: "[]", problem: "the JSON must be an object" },
    {
      when: "a field is missing",
      text: JSON.stringify({ ...pool, namePrefix: undefined }),
      problem: "POOL_FILE: namePrefix is missing",
    },
    {
      when: "a field is unknown",
      text: JSON.stringify({ ...pool, extra: 1 }),
      problem: "extra is not known here",
    },
    {
      when: "the seed has no address",
      text: JSON.stringify({ ...pool, seed: { ...pool.seed, privateIpv4: "" } }),
      problem: "seed.privateIpv4 must be an IPv4 address",
    },
    {
      when: "the pool's name could end in a query",
      text: JSON.stringify({ ...pool, pool: 'a"b' }),
      problem: "pool must be a pool name",
    },
    {
      when: "the policy is wrong twice",
      text: JSON.stringify({ ...pool, policy: { maxSize: 0, x: 1 } }),
      problem: /policy.maxSize must be a whole number from 1 to 1000\n.*policy.x is not/,
    },
  ])("says what is wrong when $when", ({ text, problem }) => {
    expect(() => parsePoolFile(text)).toThrow(problem);
  });
});

describe("parseConfig", () => {
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(`${tmpdir()}/scaler-`);
    writeFileSync(`${directory}/pool.json`, JSON.stringify(pool));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("reads hosts, defaults and credentials", () => {
    for (const name of ["cloud-api-key", "lb-agent-token", "webhook-token", "operator-token"]) {
      writeFileSync(`${directory}/${name}`, `${name}-value\n`);
    }
    const config = parseConfig({
      CREDENTIALS_DIRECTORY: directory,
      POOL_FILE: `${directory}/pool.json`,
      LISTEN_HOSTS: "127.0.0.1, 10.77.1.12",
      CLOUD_API_URL: "http://198.51.100.1/",
      LB_AGENT_URL: "http://10.77.1.11:4100",
      TARGETS_FILE: "/var/lib/scaler-webhook/targets/service.json",
      STATE_DIRECTORY: "/var/lib/scaler-webhook",
    });

    expect(config).toMatchObject({
      listenHosts: ["127.0.0.1", "10.77.1.12"],
      LISTEN_PORT: 4000,
      TICK_INTERVAL_MS: 5_000,
      METRIC_WINDOW_SECONDS: 30,
      CLOUD_API_URL: "http://198.51.100.1/",
      PROMETHEUS_URL: "http://127.0.0.1:9090",
      CLOUD_API_KEY: "cloud-api-key-value",
      pool: { pool: "calc" },
    });
  });

  it("reports everything that is missing or wrong at once, and no value", () => {
    const wrong = {
      TICK_INTERVAL_MS: "soon",
      CLOUD_API_URL: "ftp://s3cret",
      POOL_FILE: "/nowhere",
      OPERATOR_TOKEN: "s3cret",
    };

    let problems: readonly string[] = [];
    try {
      parseConfig(wrong);
    } catch (error) {
      problems = (error as { problems: readonly string[] }).problems;
    }

    expect(problems.length).toBeGreaterThanOrEqual(9);
    expect(problems.join()).not.toContain("s3cret");
  });
});
