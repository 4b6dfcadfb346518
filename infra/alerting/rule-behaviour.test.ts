import { defaultPolicy, type ScalingPolicy } from "@autoscaler/scaling-core";
import { prometheusRules } from "./prometheus-rules.ts";
import { runTool } from "./testing/promtool.ts";
import { sampleSettings } from "./testing/samples.ts";
import { gauge, member, type Series, server } from "./testing/series.ts";

interface Case {
  readonly when: string;
  readonly alert: string;
  readonly series: readonly Series[];
  /** Seconds after the start -> how many of its instances fire then. */
  readonly fires: Readonly<Record<number, number>>;
  readonly policy?: Partial<ScalingPolicy>;
}

const EVALUATION_SECONDS = 10;

/** Runs Prometheus's own engine over the rules, as Grafana evaluates them: every 10 s. */
async function behaviour({ alert, series, fires, policy }: Case): Promise<string> {
  const rules = prometheusRules({ ...sampleSettings, policy: { ...defaultPolicy, ...policy } });
  const test = {
    rule_files: ["rules.yml"],
    evaluation_interval: `${EVALUATION_SECONDS}s`,
    tests: [
      {
        interval: "5s",
        input_series: series,
        promql_expr_test: Object.entries(fires).map(([second, value]) => ({
          expr: `count(ALERTS{alertname="${alert}",alertstate="firing"}) or vector(0)`,
          eval_time: `${second}s`,
          exp_samples: [{ labels: "{}", value }],
        })),
      },
    ],
  };
  const { exitCode, output } = await runTool("promtool", ["test", "rules", "test.json"], {
    "rules.yml": rules,
    "test.json": JSON.stringify(test),
  });
  return exitCode === 0 ? "as expected" : output;
}

const scaler = (metric: string) => `${metric}{job="scaler",pool="calc",instance="127.0.0.1:4000"`;
const calls = (call: string) => `${scaler("scaler_call_failures_total")},call="${call}"}`;
const disk = (what: string, name: string, mount = "/") =>
  `node_filesystem_${what}_bytes{job="node",server="${name}",mountpoint="${mount}",fstype="ext4"}`;
const idleForTenMinutes = { seconds: 600, busy: 5 };

const cases: readonly Case[] = [
  // --- growing: mean CPU above 69 % for 20 s
  {
    when: "the load steps to 100 % and stays",
    alert: "PoolLoadHigh",
    series: server("seed", { seconds: 60, busy: 10 }, { seconds: 120, busy: 100 }),
    fires: { 60: 0, 90: 0, 110: 1, 170: 1 },
  },
  {
    when: "the load steps to 80 % and stays",
    alert: "PoolLoadHigh",
    series: server("seed", { seconds: 60, busy: 50 }, { seconds: 120, busy: 80 }),
    fires: { 60: 0, 120: 1, 170: 1 },
  },
  {
    when: "a spike is over after 15 s",
    alert: "PoolLoadHigh",
    series: server("seed", { seconds: 60, busy: 30 }, { seconds: 15, busy: 100 }, { seconds: 120, busy: 30 }),
    fires: { 70: 0, 80: 0, 90: 0, 100: 0, 110: 0, 120: 0, 150: 0 },
  },
  {
    when: "the load goes up and down within the window",
    alert: "PoolLoadHigh",
    series: server(
      "seed",
      ...Array.from({ length: 20 }, () => [
        { seconds: 10, busy: 95 },
        { seconds: 10, busy: 30 },
      ]).flat(),
    ),
    fires: { 60: 0, 90: 0, 120: 0, 150: 0, 180: 0, 210: 0, 250: 0, 300: 0, 350: 0 },
  },
  {
    when: "it stays just below its band's upper edge",
    alert: "PoolLoadHigh",
    series: server("seed", { seconds: 300, busy: 68 }),
    fires: { 100: 0, 200: 0, 290: 0 },
  },
  {
    when: "a busy server vanishes and the others are calm",
    alert: "PoolLoadHigh",
    series: [
      ...server("a", { seconds: 100, busy: 60 }, { seconds: 100 }),
      ...server("b", { seconds: 200, busy: 60 }),
    ],
    fires: { 90: 0, 110: 0, 130: 0, 150: 0, 190: 0 },
  },
  {
    when: "a server vanishes and its load goes to the one that is left",
    alert: "PoolLoadHigh",
    series: [
      ...server("a", { seconds: 100, busy: 60 }, { seconds: 100 }),
      ...server("b", { seconds: 100, busy: 60 }, { seconds: 100, busy: 100 }),
    ],
    fires: { 90: 0, 190: 1 },
  },
  {
    when: "a new idle server takes the mean into the band",
    alert: "PoolLoadHigh",
    series: [
      ...server("a", { seconds: 300, busy: 90 }),
      ...member("b", { before: 120 }, { seconds: 180, busy: 5 }),
    ],
    fires: { 110: 1, 180: 0, 290: 0 },
  },
  {
    when: "no server has a reading",
    alert: "PoolLoadHigh",
    series: server("a", { seconds: 60, busy: 90 }, { seconds: 200 }),
    fires: { 110: 0, 150: 0, 250: 0 },
  },
  {
    when: "a calm server starts again and its counters begin at 0",
    alert: "PoolLoadHigh",
    series: server("a", { seconds: 100, busy: 40 }, { seconds: 100, busy: 40, isReset: true }),
    fires: { 100: 0, 110: 0, 120: 0, 130: 0, 150: 0, 190: 0 },
  },

  // --- shrinking: fewer servers would do for 300 s
  {
    when: "two servers idle for the whole window",
    alert: "PoolLoadLow",
    series: [...server("a", idleForTenMinutes), ...server("b", idleForTenMinutes)],
    fires: { 60: 0, 280: 0, 350: 1, 590: 1 },
  },
  {
    when: "the load steps down from its band",
    alert: "PoolLoadLow",
    series: ["a", "b", "c"].flatMap((name) =>
      server(name, { seconds: 100, busy: 60 }, { seconds: 500, busy: 20 }),
    ),
    fires: { 100: 0, 390: 0, 460: 1, 590: 1 },
  },
  {
    when: "four servers could do with one fewer and no more",
    alert: "PoolLoadLow",
    series: ["a", "b", "c", "d"].flatMap((name) => server(name, { seconds: 600, busy: 44 })),
    fires: { 350: 1, 590: 1 },
  },
  {
    when: "the load is below the band but every server is needed",
    alert: "PoolLoadLow",
    series: ["a", "b"].flatMap((name) => server(name, { seconds: 600, busy: 45 })),
    fires: { 350: 0, 450: 0, 590: 0 },
  },
  {
    when: "the pool has its smallest size",
    alert: "PoolLoadLow",
    series: server("a", idleForTenMinutes),
    fires: { 350: 0, 590: 0 },
  },
  {
    when: "two are the smallest size",
    alert: "PoolLoadLow",
    series: ["a", "b"].flatMap((name) => server(name, idleForTenMinutes)),
    policy: { minSize: 2 },
    fires: { 350: 0, 590: 0 },
  },
  {
    when: "a spike comes within the window",
    alert: "PoolLoadLow",
    series: ["a", "b"].flatMap((name) =>
      server(name, { seconds: 250, busy: 10 }, { seconds: 60, busy: 90 }, { seconds: 280, busy: 10 }),
    ),
    fires: { 310: 0, 400: 0, 500: 0, 580: 0 },
  },
  {
    when: "the load goes up and down",
    alert: "PoolLoadLow",
    series: ["a", "b"].flatMap((name) =>
      server(
        name,
        ...Array.from({ length: 6 }, () => [
          { seconds: 60, busy: 80 },
          { seconds: 60, busy: 5 },
        ]).flat(),
      ),
    ),
    fires: { 300: 0, 400: 0, 500: 0, 600: 0, 700: 0 },
  },
  {
    when: "a member has vanished and still is a target",
    alert: "PoolLoadLow",
    series: [
      ...server("a", { seconds: 600, busy: 5 }),
      ...server("b", { seconds: 600, busy: 5 }),
      ...server("c", { seconds: 60, busy: 5 }, { seconds: 540 }),
    ],
    fires: { 350: 0, 450: 0, 590: 0 },
  },
  {
    when: "a member has left the pool and the others still are too many",
    alert: "PoolLoadLow",
    series: [
      ...server("a", { seconds: 600, busy: 5 }),
      ...server("b", { seconds: 600, busy: 5 }),
      ...member("c", { leaves: true }, { seconds: 60, busy: 5 }),
    ],
    fires: { 80: 0, 480: 1 },
  },
  {
    when: "a new idle server has just joined",
    alert: "PoolLoadLow",
    series: [
      ...server("a", { seconds: 700, busy: 55 }),
      ...member("b", { before: 300 }, { seconds: 400, busy: 2 }),
    ],
    fires: { 310: 0, 400: 0, 500: 0, 590: 0, 690: 1 },
  },
  {
    when: "the data ends within the window",
    alert: "PoolLoadLow",
    series: ["a", "b"].flatMap((name) => server(name, { seconds: 200, busy: 5 }, { seconds: 400 })),
    fires: { 350: 0, 450: 0, 590: 0 },
  },
  {
    when: "a server that is needed starts again and its counters begin at 0",
    alert: "PoolLoadLow",
    series: ["a", "b"].flatMap((name) =>
      server(name, { seconds: 300, busy: 55 }, { seconds: 300, busy: 55, isReset: true }),
    ),
    fires: { 310: 0, 350: 0, 590: 0 },
  },

  // --- the operator's alarms
  {
    when: "all five servers are above the band for 5 min",
    alert: "PoolAtMaximum",
    series: ["a", "b", "c", "d", "e"].flatMap((name) => server(name, { seconds: 600, busy: 90 })),
    fires: { 200: 0, 400: 1 },
  },
  {
    when: "one server less is above the band",
    alert: "PoolAtMaximum",
    series: ["a", "b", "c", "d"].flatMap((name) => server(name, { seconds: 600, busy: 90 })),
    fires: { 400: 0, 590: 0 },
  },
  {
    when: "all servers run and are within the band",
    alert: "PoolAtMaximum",
    series: ["a", "b", "c", "d", "e"].flatMap((name) => server(name, { seconds: 600, busy: 60 })),
    fires: { 400: 0, 590: 0 },
  },
  {
    when: "a server was given up",
    alert: "ServerNeverReady",
    series: [gauge(calls("serverReady"), [100, 0], [900, 1])],
    fires: { 90: 0, 130: 1, 500: 1, 800: 0 },
  },
  {
    when: "another call failed",
    alert: "ServerNeverReady",
    series: [gauge(calls("readLoads"), [100, 0], [300, 7]), gauge(calls("serverReady"), [400, 0])],
    fires: { 130: 0, 390: 0 },
  },
  {
    when: "the scaler starts again and its counters begin at 0",
    alert: "ServerNeverReady",
    series: [gauge(calls("serverReady"), [700, 1], [300, 0])],
    fires: { 650: 0, 720: 0, 990: 0 },
  },
  {
    when: "every member stops answering",
    alert: "PoolWithoutData",
    series: server("a", { seconds: 100, busy: 40 }, { seconds: 300 }),
    fires: { 90: 0, 140: 0, 220: 1, 390: 1 },
  },
  {
    when: "there never was a member",
    alert: "PoolWithoutData",
    series: [gauge("unrelated", [300, 1])],
    fires: { 40: 0, 80: 1 },
  },
  {
    when: "one of two members stops answering",
    alert: "PoolWithoutData",
    series: [
      ...server("a", { seconds: 400, busy: 40 }),
      ...server("b", { seconds: 100, busy: 40 }, { seconds: 300 }),
    ],
    fires: { 200: 0, 390: 0 },
  },
  {
    when: "all answer again after 30 s",
    alert: "PoolWithoutData",
    series: server("a", { seconds: 100, busy: 40 }, { seconds: 30 }, { seconds: 200, busy: 40 }),
    fires: { 120: 0, 150: 0, 190: 0, 300: 0 },
  },
  {
    when: "the last tick is old",
    alert: "ScalerSilent",
    series: [gauge(`${scaler("scaler_last_tick_timestamp_seconds")}}`, [300, 100])],
    fires: { 100: 0, 150: 0, 170: 1, 290: 1 },
  },
  {
    when: "the scaler cannot be scraped at all",
    alert: "ScalerSilent",
    series: [gauge("unrelated", [300, 1])],
    fires: { 10: 1, 200: 1 },
  },
  {
    when: "it ticks",
    alert: "ScalerSilent",
    series: [{ series: `${scaler("scaler_last_tick_timestamp_seconds")}}`, values: "0+5x100" }],
    fires: { 100: 0, 300: 0, 490: 0 },
  },
  {
    when: "no backend passes its check for 20 s",
    alert: "NoHealthyBackend",
    series: [
      gauge(
        'traefik_service_server_up{job="traefik",service="calc@file",url="http://a"}',
        [100, 1],
        [100, 0],
      ),
    ],
    fires: { 90: 0, 110: 0, 130: 1, 190: 1 },
  },
  {
    when: "the load balancer cannot be scraped",
    alert: "NoHealthyBackend",
    series: [gauge("unrelated", [100, 1])],
    fires: { 10: 0, 40: 1 },
  },
  {
    when: "one of two passes",
    alert: "NoHealthyBackend",
    series: [
      gauge('traefik_service_server_up{job="traefik",service="calc@file",url="http://a"}', [200, 1]),
      gauge(
        'traefik_service_server_up{job="traefik",service="calc@file",url="http://b"}',
        [100, 1],
        [100, 0],
      ),
    ],
    fires: { 90: 0, 130: 0, 190: 0 },
  },
  {
    when: "an invariant is broken once",
    alert: "InvariantViolated",
    series: [
      gauge(`${scaler("scaler_invariant_violations_total")},invariant="2"}`, [100, 0], [800, 1]),
      gauge(`${scaler("scaler_invariant_violations_total")},invariant="3"}`, [900, 0]),
    ],
    fires: { 90: 0, 120: 1, 800: 0 },
  },
  {
    when: "nothing is broken",
    alert: "InvariantViolated",
    series: [gauge(`${scaler("scaler_invariant_violations_total")},invariant="2"}`, [400, 0])],
    fires: { 100: 0, 390: 0 },
  },
  {
    when: "a machine outside the journal was found",
    alert: "UntrackedMachine",
    series: [gauge(calls("untrackedMachine"), [100, 0], [800, 1])],
    fires: { 90: 0, 120: 1, 800: 0 },
  },
  {
    when: "all machines are known",
    alert: "UntrackedMachine",
    series: [gauge(calls("untrackedMachine"), [400, 0])],
    fires: { 100: 0, 390: 0 },
  },
  {
    when: "the certificate ends in 13 days",
    alert: "CertificateEnding",
    series: [gauge('traefik_tls_certs_not_after{job="traefik",cn="shop.example"}', [4_000, 13 * 86_400])],
    fires: { 3000: 0, 3700: 1 },
  },
  {
    when: "it ends in 60 days",
    alert: "CertificateEnding",
    series: [gauge('traefik_tls_certs_not_after{job="traefik",cn="shop.example"}', [4_000, 60 * 86_400])],
    fires: { 3700: 0, 3990: 0 },
  },
  {
    when: "there is only Traefik's own certificate",
    alert: "CertificateEnding",
    series: [gauge('traefik_tls_certs_not_after{job="traefik",cn="TRAEFIK DEFAULT CERT"}', [4_000, 86_400])],
    fires: { 3700: 0 },
  },
  {
    when: "the disk of one machine is full for 5 min",
    alert: "DiskNearlyFull",
    series: [
      gauge(disk("avail", "x-monitor"), [600, 10]),
      gauge(disk("size", "x-monitor"), [600, 100]),
      gauge(disk("avail", "x-lb"), [600, 80]),
      gauge(disk("size", "x-lb"), [600, 100]),
    ],
    fires: { 290: 0, 310: 1, 590: 1 },
  },
  {
    when: "it is full for a moment",
    alert: "DiskNearlyFull",
    series: [
      gauge(disk("avail", "x-lb"), [200, 50], [200, 5], [200, 50]),
      gauge(disk("size", "x-lb"), [600, 100]),
    ],
    fires: { 350: 0, 410: 0, 590: 0 },
  },
  {
    when: "another file system is full",
    alert: "DiskNearlyFull",
    series: [
      gauge(disk("avail", "x-lb", "/boot"), [600, 1]),
      gauge(disk("size", "x-lb", "/boot"), [600, 100]),
    ],
    fires: { 350: 0, 590: 0 },
  },
];

describe("the alert rules in Prometheus's own engine", () => {
  it.each(cases)("$alert behaves as expected when $when", async (each) => {
    expect(await behaviour(each)).toBe("as expected");
  });

  it("has a case that fires and one that stays quiet for every rule", () => {
    const names = [...prometheusRules(sampleSettings).matchAll(/alert: (\w+)/g)].map(([, name]) => name);
    const without = (isSeen: (fires: readonly number[]) => boolean) =>
      names.filter(
        (name) => !cases.some(({ alert, fires }) => alert === name && isSeen(Object.values(fires))),
      );

    expect(without((fires) => fires.some((count) => count > 0))).toEqual([]);
    expect(without((fires) => fires.every((count) => count === 0))).toEqual([]);
  });

  it("shows the value and both languages in its texts", async () => {
    const { exitCode, output } = await runTool("promtool", ["test", "rules", "test.json"], {
      "rules.yml": prometheusRules(sampleSettings),
      "test.json": JSON.stringify({
        rule_files: ["rules.yml"],
        evaluation_interval: "10s",
        tests: [
          {
            interval: "5s",
            input_series: server("seed", { seconds: 200, busy: 90 }),
            alert_rule_test: [
              {
                eval_time: "150s",
                alertname: "PoolLoadHigh",
                exp_alerts: [
                  {
                    exp_labels: { autoscale: "up", pool: "calc", severity: "info" },
                    exp_annotations: {
                      summary: "Pool calc runs at 90 % CPU, above its band",
                      summary_id: "Pool calc memakai 90 % CPU, di atas batasnya",
                      description:
                        "Wakes the scaler. It looks at the pool itself and adds servers when the policy says so; nobody has to act.",
                      description_id:
                        "Membangunkan scaler. Scaler memeriksa sendiri dan menambah server sesuai kebijakan; tidak perlu tindakan.",
                      runbook_url: "docs/runbook.md#poolloadhigh",
                    },
                  },
                ],
              },
            ],
          },
        ],
      }),
    });
    expect(exitCode === 0 ? "" : output).toBe("");
  });
});
