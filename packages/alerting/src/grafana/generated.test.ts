import { defaultPolicy } from "@autoscaler/scaling-core";
import { fieldOf } from "@autoscaler/service-kit/field-of.ts";
import * as units from "@grafana/grafana-foundation-sdk/units";
import { canonical, type JsonObject } from "../grafana-api/objects.ts";
import { UID_LIMIT } from "../model/identity.ts";
import { runTool } from "../testing/promtool.ts";
import { everyNotification, sampleSettings } from "../testing/samples.ts";
import { type GrafanaSettings, grafanaObjects } from "./objects.ts";

const settings: GrafanaSettings = {
  alerting: sampleSettings,
  notifications: everyNotification,
  webhookUrl: "http://127.0.0.1:4000/v1/alerts",
  prometheusUrl: "http://127.0.0.1:9090",
};
const objects = grafanaObjects(settings);
const { ruleGroup, contactPoints, dashboards } = objects;

interface Panel extends JsonObject {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}
const panelsOf = (dashboard: JsonObject) => dashboard["panels"] as unknown as readonly Panel[];
const allPanels = dashboards.flatMap(panelsOf);
const dataPanels = allPanels.filter(({ type }) => type !== "row");

describe("the generated rules", () => {
  it("have a time range with its data queries, and the refId that the model has", () => {
    for (const { data } of ruleGroup.rules) {
      const [query, threshold] = data;
      expect(query).toMatchObject({
        refId: "A",
        relativeTimeRange: { from: 60, to: 0 },
        model: { refId: "A" },
      });
      expect(threshold).toMatchObject({
        refId: "B",
        datasourceUid: "__expr__",
        model: { refId: "B", expression: "A" },
      });
      expect(query).toMatchObject({ datasourceUid: objects.dataSource.uid });
      expect(query).toMatchObject({ model: { instant: true, datasource: { uid: objects.dataSource.uid } } });
    }
  });

  it("are evaluated at a multiple of Grafana's 10 s, with all that the SDK sets badly set well", () => {
    expect(ruleGroup.interval % 10).toBe(0);
    for (const rule of ruleGroup.rules) {
      expect(rule["orgID"]).toBe(1);
      expect(rule["for"]).toMatch(/^\d+[smh]/);
      expect(["KeepLast", "Alerting", "OK"]).toContain(rule["noDataState"]);
      expect(["KeepLast", "Alerting"]).toContain(rule["execErrState"]);
    }
  });

  it("never grow or shrink the pool because data is missing", () => {
    const scaling = ruleGroup.rules.filter(({ labels }) => fieldOf(labels, "autoscale") !== undefined);
    expect(
      scaling.map(({ title, noDataState, execErrState }) => ({ title, noDataState, execErrState })),
    ).toEqual([
      { title: "PoolLoadHigh", noDataState: "KeepLast", execErrState: "KeepLast" },
      { title: "PoolLoadLow", noDataState: "KeepLast", execErrState: "KeepLast" },
    ]);
  });

  it("link to a panel that is there", () => {
    for (const { annotations } of ruleGroup.rules) {
      const dashboard = dashboards.find(({ uid }) => uid === annotations["__dashboardUid__"]);
      const panel = panelsOf(dashboard ?? {}).find(({ id }) => String(id) === annotations["__panelId__"]);
      expect(panel?.type).not.toBe("row");
      expect(panel).toBeDefined();
    }
  });

  it("tell the scaler at once and again each 30 s: the repeat is shorter than the group's interval", () => {
    const [high] = ruleGroup.rules;
    expect(high?.["notification_settings"]).toEqual({
      receiver: "autoscaler-dev-calc-scaler",
      group_by: ["grafana_folder", "alertname"],
      group_wait: "0s",
      group_interval: "30s",
      repeat_interval: "25s",
    });
  });

  it("send the operator's alarms to his receiver, or where the organisation's own policy says", () => {
    const receivers = (group: typeof ruleGroup) =>
      group.rules
        .filter(({ labels }) => fieldOf(labels, "autoscale") === undefined)
        .map(({ notification_settings }) => fieldOf(notification_settings, "receiver"));

    expect(new Set(receivers(ruleGroup))).toEqual(new Set(["autoscaler-dev-calc-operator"]));
    const alone = grafanaObjects({ ...settings, notifications: {} });
    expect(new Set(receivers(alone.ruleGroup))).toEqual(new Set([undefined]));
    expect(alone.contactPoints).toHaveLength(1);
  });
});

describe("the generated contact points", () => {
  it("sign what they send to the scaler, with a time stamp against replays", () => {
    expect(contactPoints[0]?.settings).toMatchObject({
      httpMethod: "POST",
      authorization_scheme: "Bearer",
      hmacConfig: {
        secret: { $secret: "webhook-hmac-key" },
        header: "X-Grafana-Alerting-Signature",
        timestampHeader: "X-Grafana-Alerting-Timestamp",
      },
    });
  });

  it("have no basic login beside the bearer token, which Grafana refuses", () => {
    for (const { settings } of contactPoints) expect(settings).not.toHaveProperty("username");
  });

  it("hold no secret", () => {
    const text = JSON.stringify(objects);
    expect(text).not.toMatch(/telegram-secret|slack-secret|discord-secret|smtp-secret|hook-secret/);
  });
});

describe("the generated dashboards", () => {
  it("have a unit, a description and a text for the empty state on every panel", () => {
    const known = new Set<unknown>(Object.values(units));
    for (const panel of dataPanels) {
      expect(panel["description"]).toMatch(/.{10}/);
      expect(known.has(fieldOf(panel, "fieldConfig", "defaults", "unit"))).toBe(true);
      expect(fieldOf(panel, "fieldConfig", "defaults", "noValue")).toMatch(/../);
    }
  });

  it("have targets with a refId each, of their own data source", () => {
    for (const { targets } of dataPanels) {
      const all = targets as unknown as readonly JsonObject[];
      expect(new Set(all.map(({ refId }) => refId)).size).toBe(all.length);
      for (const target of all) {
        expect(target).toMatchObject({ datasource: { type: "prometheus", uid: objects.dataSource.uid } });
        expect(target["refId"]).toMatch(/^[A-Z]$/);
      }
    }
  });

  it.each(dashboards.map((dashboard) => [dashboard.title, panelsOf(dashboard)] as const))(
    "%s: panels have numbers of their own and do not cover each other",
    (_title, panels) => {
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
      const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
        Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
      );
      expect(new Set(cells).size).toBe(cells.length);
      for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    },
  );

  it("are in the classic form, which every version takes", () => {
    for (const dashboard of dashboards) {
      expect(dashboard).not.toHaveProperty("apiVersion");
      expect(dashboard).not.toHaveProperty("elements");
    }
  });

  it("have only expressions that Prometheus parses", async () => {
    const expressions = [
      ...dataPanels.flatMap(({ targets }) =>
        (targets as unknown as readonly JsonObject[]).map(({ expr }) => expr),
      ),
      ...dashboards.flatMap(({ annotations }) =>
        ((fieldOf(annotations, "list") ?? []) as readonly JsonObject[]).flatMap(({ expr }) => expr ?? []),
      ),
    ];
    const rules = expressions.map((expr, at) => ({ record: `expression_${at}`, expr }));
    const { output } = await runTool("promtool", ["check", "rules", "--lint=none", "rules.json"], {
      "rules.json": JSON.stringify({ groups: [{ name: "all", rules }] }),
    });

    expect(output).toContain(`SUCCESS: ${rules.length} rules found`);
    expect(rules.length).toBeGreaterThan(25);
  });
});

describe("uids", () => {
  const uids = [
    objects.folder.uid,
    objects.dataSource.uid,
    ...contactPoints.map(({ uid }) => uid),
    ...ruleGroup.rules.map(({ uid }) => uid),
    ...dashboards.map(({ uid }) => uid),
  ];

  it("are short enough and all different, also for the longest name of a pool", () => {
    const long = grafanaObjects({
      ...settings,
      alerting: { ...sampleSettings, stack: "s".repeat(30), pool: "p".repeat(31) },
    });
    for (const uid of [...uids, ...long.ruleGroup.rules.map(({ uid }) => uid)]) {
      expect(uid).toMatch(/^[a-z0-9-]+$/);
      expect(uid.length).toBeLessThanOrEqual(UID_LIMIT);
    }
    expect(new Set(uids).size).toBe(uids.length);
  });

  it("stay the same when the policy changes, and differ between stacks and pools", () => {
    const other = (change: object) =>
      grafanaObjects({ ...settings, alerting: { ...sampleSettings, ...change } }).ruleGroup.rules[0]?.uid;
    const [first] = ruleGroup.rules;

    expect(other({ policy: { ...defaultPolicy, targetPercent: 40 } })).toBe(first?.uid);
    expect(other({ stack: "prod" })).not.toBe(first?.uid);
    expect(other({ pool: "shop" })).not.toBe(first?.uid);
  });
});

describe("canonical order", () => {
  it("says unchanged the second time", () => {
    expect(JSON.stringify(grafanaObjects(settings))).toBe(JSON.stringify(objects));
    expect(JSON.stringify(canonical(ruleGroup))).toBe(JSON.stringify(ruleGroup));
  });
});
