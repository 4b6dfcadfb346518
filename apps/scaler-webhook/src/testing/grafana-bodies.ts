/** Bodies as Grafana's webhook sends them; fields come and go with its version (grafana/alerting, receivers/webhook/v1). */
interface GrafanaBody {
  readonly version: string;
  readonly when: string;
  readonly body: object;
  readonly woken: boolean;
  readonly reason: string;
}

const alert10 = {
  status: "firing",
  labels: { alertname: "PoolLoadHigh", autoscale: "up", pool: "calc", grafana_folder: "autoscaler" },
  annotations: { summary: "scale up" },
  startsAt: "2026-11-25T03:12:50Z",
  endsAt: "0001-01-01T00:00:00Z",
  generatorURL: "http://monitor:3001/alerting/grafana/x/view?orgId=1",
  fingerprint: "c6eadffa33fcdf37",
  silenceURL: "http://monitor:3001/alerting/silence/new",
  dashboardURL: "",
  panelURL: "",
  values: { A: 91.2, B: 1 },
  valueString: "[ var='A' labels={} value=91.2 ]",
};
const body10 = {
  receiver: "scaler-webhook",
  status: "firing",
  alerts: [alert10],
  groupLabels: { alertname: "PoolLoadHigh" },
  commonLabels: alert10.labels,
  commonAnnotations: alert10.annotations,
  externalURL: "http://monitor:3001/",
  version: "1",
  groupKey: '{}:{alertname="PoolLoadHigh"}',
  truncatedAlerts: 0,
  orgId: 1,
  title: "[FIRING:1] PoolLoadHigh",
  state: "alerting",
  message: "scale up",
};
const alert12 = { ...alert10, orgId: 1 };
const alert13 = { ...alert12, ruleUID: "pool-high", enrichments: {} };
const versions = [
  { version: "10", body: body10, alert: alert10 },
  { version: "11", body: body10, alert: { ...alert10, imageURL: "http://monitor:3001/image.png" } },
  { version: "12", body: { ...body10, alerts: [alert12], appVersion: "12.4.3" }, alert: alert12 },
  { version: "13", body: { ...body10, alerts: [alert13], appVersion: "13.1.0" }, alert: alert13 },
];

export const grafanaBodies: readonly GrafanaBody[] = versions.flatMap(({ version, body, alert }) => {
  const named = (alertname: string) => ({
    ...body,
    alerts: [{ ...alert, labels: { ...alert.labels, alertname }, values: null }],
  });
  const resolved = { ...alert, status: "resolved", endsAt: "2026-11-25T03:20:00Z" };
  const paused = { ...resolved, annotations: { grafana_state_reason: "Paused" } };
  return [
    { version, when: "firing", body, woken: true, reason: "firing" },
    {
      version,
      when: "firing, cut to some of many alerts",
      body: { ...body, truncatedAlerts: 40 },
      woken: true,
      reason: "firing",
    },
    {
      version,
      when: "one resolved and one firing",
      body: { ...body, alerts: [resolved, alert] },
      woken: true,
      reason: "firing",
    },
    {
      version,
      when: "resolved",
      body: { ...body, status: "resolved", state: "ok", alerts: [resolved] },
      woken: false,
      reason: "resolved",
    },
    {
      version,
      when: "its rule was paused",
      body: { ...body, status: "resolved", state: "ok", alerts: [paused] },
      woken: false,
      reason: "resolved",
    },
    { version, when: "no data", body: named("DatasourceNoData"), woken: false, reason: "no-data" },
    { version, when: "an error", body: named("DatasourceError"), woken: false, reason: "datasource-error" },
    { version, when: "a test", body: named("TestAlert"), woken: false, reason: "test" },
  ];
});
