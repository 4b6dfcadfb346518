import { parseConfig } from "./config.ts";

function parse(values: Readonly<Record<string, unknown>>) {
  const texts = Object.entries(values).map(([key, value]) => [key, JSON.stringify(value)]);
  return parseConfig({
    values: { ...Object.fromEntries(texts), apiKey: "key" },
    stack: "dev",
    environment: {},
  });
}

describe("the configuration of alerting", () => {
  it.each([
    { when: "nothing is said", values: {}, kind: "grafana" },
    {
      when: "Prometheus is to do it",
      values: { monitoring: { alerting: "prometheus" } },
      kind: "prometheus",
    },
    {
      when: "a Grafana elsewhere is named",
      values: { grafana: { url: "https://grafana.example.com/", token: "glsa_x" } },
      kind: "external-grafana",
    },
  ])("has $kind when $when", ({ values, kind }) => {
    expect(parse(values)).toMatchObject({ config: { monitoring: { alerting: { kind } } } });
  });

  it("takes every way to tell people, and needs none", () => {
    const notifications = {
      telegram: { botToken: "1:abc", chatId: -100 },
      slack: { webhookUrl: "https://hooks.slack.example/x" },
      discord: { webhookUrl: "https://discord.example/x" },
      email: { addresses: ["a@b.example"], smtp: { address: "mail.example:25", from: "c@b.example" } },
      webhook: { url: "https://hooks.example/x", bearerToken: "t" },
    };
    expect(parse({ notifications })).toMatchObject({
      config: { monitoring: { notifications: { ...notifications, telegram: { chatId: "-100" } } } },
    });
    expect(parse({})).toMatchObject({ config: { monitoring: { notifications: {} } } });
  });

  it.each([
    {
      when: "the engine is unknown",
      values: { monitoring: { alerting: "nagios" } },
      problem: /^monitoring\.alerting must be grafana or/,
    },
    {
      when: "the token is missing",
      values: { grafana: { url: "https://g.example" } },
      problem: /^grafana\.token is missing/,
    },
    {
      when: "the address is missing",
      values: { grafana: { token: "x" } },
      problem: /^grafana\.url is missing/,
    },
    {
      when: "a token has a blank",
      values: { grafana: { url: "https://g.example", token: "a b" } },
      problem: /^grafana\.token must be printable/,
    },
    {
      when: "Telegram lacks its chat",
      values: { notifications: { telegram: { botToken: "1:a" } } },
      problem: /^notifications\.telegram\.chatId is missing/,
    },
    {
      when: "Slack's URL is not secure",
      values: { notifications: { slack: { webhookUrl: "http://x" } } },
      problem: /^notifications\.slack\.webhookUrl must be an https/,
    },
    {
      when: "email has no one to go to",
      values: { notifications: { email: { smtp: { address: "m:25", from: "a@b.c" } } } },
      problem: /^notifications\.email\.addresses is missing/,
    },
    {
      when: "a way is misspelt",
      values: { notifications: { telegramm: {} } },
      problem: /^notifications\.telegramm is not known/,
    },
    {
      when: "the heartbeat's address is none",
      values: { monitoring: { heartbeatUrl: "ping me" } },
      problem: /^monitoring\.heartbeatUrl must be an http or https URL$/,
    },
    {
      when: "the price is no number",
      values: { monitoring: { rupiahPerServerHour: "Rp 1" } },
      problem: /^monitoring\.rupiahPerServerHour must be a whole/,
    },
  ])("refuses when $when", ({ values, problem }) => {
    const parsed = parse(values);
    expect(parsed.kind === "invalid" && parsed.problems).toContainEqual(expect.stringMatching(problem));
  });
});
