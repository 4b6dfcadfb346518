import type { RuleCases } from "./rule-behaviour.ts";
import { gauge, server } from "./series.ts";

const scaler = (metric: string) => `${metric}{job="scaler",pool="calc",instance="127.0.0.1:4000"`;
const calls = (call: string) => `${scaler("scaler_call_failures_total")},call="${call}"}`;
const disk = (what: string, name: string, mount = "/") =>
  `node_filesystem_${what}_bytes{job="node",server="${name}",mountpoint="${mount}",fstype="ext4"}`;
const cpu = (mode: string, name: string, values: string, job = "node") => ({
  series: `node_cpu_seconds_total{job="${job}",server="${name}",cpu="0",mode="${mode}"}`,
  values,
});

/** Of the operator's alarms. */
export const operatorCases: RuleCases = {
  PoolAtMaximum: [
    {
      when: "all five servers are above the band for 5 min",
      series: ["a", "b", "c", "d", "e"].flatMap((name) => server(name, { seconds: 600, busy: 90 })),
      fires: { 200: 0, 400: 1 },
    },
    {
      when: "one server less is above the band",
      series: ["a", "b", "c", "d"].flatMap((name) => server(name, { seconds: 600, busy: 90 })),
      fires: { 400: 0, 590: 0 },
    },
    {
      when: "all servers run and are within the band",
      series: ["a", "b", "c", "d", "e"].flatMap((name) => server(name, { seconds: 600, busy: 60 })),
      fires: { 400: 0, 590: 0 },
    },
  ],
  ServerNeverReady: [
    {
      when: "a server was given up",
      series: [gauge(calls("serverReady"), [100, 0], [900, 1])],
      fires: { 90: 0, 130: 1, 500: 1, 800: 0 },
    },
    {
      when: "another call failed",
      series: [gauge(calls("readLoads"), [100, 0], [300, 7]), gauge(calls("serverReady"), [400, 0])],
      fires: { 130: 0, 390: 0 },
    },
    {
      when: "the scaler starts again and its counters begin at 0",
      series: [gauge(calls("serverReady"), [700, 1], [300, 0])],
      fires: { 650: 0, 720: 0, 990: 0 },
    },
  ],
  PoolWithoutData: [
    {
      when: "every member stops answering",
      series: server("a", { seconds: 100, busy: 40 }, { seconds: 300 }),
      fires: { 90: 0, 140: 0, 220: 1, 390: 1 },
    },
    {
      when: "there never was a member",
      series: [gauge("unrelated", [300, 1])],
      fires: { 40: 0, 80: 1 },
    },
    {
      when: "one of two members stops answering",
      series: [
        ...server("a", { seconds: 400, busy: 40 }),
        ...server("b", { seconds: 100, busy: 40 }, { seconds: 300 }),
      ],
      fires: { 200: 0, 390: 0 },
    },
    {
      when: "all answer again after 30 s",
      series: server("a", { seconds: 100, busy: 40 }, { seconds: 30 }, { seconds: 200, busy: 40 }),
      fires: { 120: 0, 150: 0, 190: 0, 300: 0 },
    },
  ],
  ScalerSilent: [
    {
      when: "the last tick is old",
      series: [gauge(`${scaler("scaler_last_tick_timestamp_seconds")}}`, [300, 100])],
      fires: { 100: 0, 150: 0, 170: 0, 200: 1, 290: 1 },
    },
    {
      when: "the scaler cannot be scraped at all",
      series: [gauge("unrelated", [300, 1])],
      fires: { 10: 0, 60: 1, 200: 1 },
    },
    {
      when: "one scrape of it fails",
      series: [
        { series: `${scaler("scaler_last_tick_timestamp_seconds")}}`, values: "0+5x12 stale 70+5x20" },
      ],
      fires: { 60: 0, 65: 0, 70: 0, 100: 0 },
    },
    {
      when: "it ticks",
      series: [{ series: `${scaler("scaler_last_tick_timestamp_seconds")}}`, values: "0+5x100" }],
      fires: { 100: 0, 300: 0, 490: 0 },
    },
  ],
  NoHealthyBackend: [
    {
      when: "no backend passes its check for 20 s",
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
      series: [gauge("unrelated", [100, 1])],
      fires: { 10: 0, 40: 1 },
    },
    {
      when: "one of two passes",
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
  ],
  InvariantViolated: [
    {
      when: "an invariant is broken once",
      series: [
        gauge(`${scaler("scaler_invariant_violations_total")},invariant="2"}`, [100, 0], [800, 1]),
        gauge(`${scaler("scaler_invariant_violations_total")},invariant="3"}`, [900, 0]),
      ],
      fires: { 90: 0, 120: 1, 800: 0 },
    },
    {
      when: "nothing is broken",
      series: [gauge(`${scaler("scaler_invariant_violations_total")},invariant="2"}`, [400, 0])],
      fires: { 100: 0, 390: 0 },
    },
  ],
  UntrackedMachine: [
    {
      when: "a machine outside the journal was found",
      series: [gauge(calls("untrackedMachine"), [100, 0], [800, 1])],
      fires: { 90: 0, 120: 1, 800: 0 },
    },
    {
      when: "all machines are known",
      series: [gauge(calls("untrackedMachine"), [400, 0])],
      fires: { 100: 0, 390: 0 },
    },
  ],
  CertificateEnding: [
    {
      when: "the certificate ends in 13 days",
      series: [gauge('traefik_tls_certs_not_after{job="traefik",cn="shop.example"}', [4_000, 13 * 86_400])],
      fires: { 3000: 0, 3700: 1 },
    },
    {
      when: "it was renewed and Traefik still shows the old one's end",
      series: [
        gauge('traefik_tls_certs_not_after{job="traefik",cn="shop.example",serial="1"}', [
          4_000,
          10 * 86_400,
        ]),
        gauge('traefik_tls_certs_not_after{job="traefik",cn="shop.example",serial="2"}', [
          4_000,
          90 * 86_400,
        ]),
      ],
      fires: { 3700: 0, 3990: 0 },
    },
    {
      when: "it ends in 60 days",
      series: [gauge('traefik_tls_certs_not_after{job="traefik",cn="shop.example"}', [4_000, 60 * 86_400])],
      fires: { 3700: 0, 3990: 0 },
    },
    {
      when: "there is only Traefik's own certificate",
      series: [
        gauge('traefik_tls_certs_not_after{job="traefik",cn="TRAEFIK DEFAULT CERT"}', [4_000, 86_400]),
      ],
      fires: { 3700: 0 },
    },
  ],
  DiskNearlyFull: [
    {
      when: "the disk of one machine is full for 5 min",
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
      series: [
        gauge(disk("avail", "x-lb"), [200, 50], [200, 5], [200, 50]),
        gauge(disk("size", "x-lb"), [600, 100]),
      ],
      fires: { 350: 0, 410: 0, 590: 0 },
    },
    {
      when: "another file system is full",
      series: [
        gauge(disk("avail", "x-lb", "/boot"), [600, 1]),
        gauge(disk("size", "x-lb", "/boot"), [600, 100]),
      ],
      fires: { 350: 0, 590: 0 },
    },
  ],
  NeighboursTakeCpu: [
    {
      when: "neighbours take 20 % of a server and of the load balancer for 10 min",
      series: [
        cpu("idle", "x-seed", "0+4x240", "service"),
        cpu("steal", "x-seed", "0+1x240", "service"),
        cpu("idle", "x-lb", "0+4x240"),
        cpu("steal", "x-lb", "0+1x240"),
      ],
      fires: { 590: 0, 620: 2, 1190: 2 },
    },
    {
      when: "they take 11 % of one machine and 9 % of another",
      series: [
        cpu("idle", "x-lb", "0+4.45x240"),
        cpu("steal", "x-lb", "0+0.55x240"),
        cpu("idle", "x-monitor", "0+4.55x240"),
        cpu("steal", "x-monitor", "0+0.45x240"),
      ],
      fires: { 590: 0, 620: 1, 1190: 1 },
    },
    {
      when: "they take 20 % for 9 min",
      series: [cpu("idle", "x-lb", "0+4x240"), cpu("steal", "x-lb", "0+0x24 1+1x107 108+0x107")],
      fires: { 600: 0, 660: 0, 760: 0, 1190: 0 },
    },
    {
      when: "the machine itself uses all of its time",
      series: [cpu("user", "x-lb", "0+5x240"), cpu("steal", "x-lb", "0+0x240")],
      fires: { 620: 0, 1190: 0 },
    },
    {
      when: "there never was a reading",
      series: [gauge("unrelated", [1_200, 1])],
      fires: { 620: 0, 1190: 0 },
    },
    {
      when: "the readings end while it fires",
      series: [cpu("idle", "x-lb", "0+4x140 stale"), cpu("steal", "x-lb", "0+1x140 stale")],
      fires: { 620: 1, 750: 0, 1190: 0 },
    },
  ],
};
