import { createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { serve } from "@autoscaler/service-kit/testing/serve.ts";
import { authorizationOf, type GrafanaLogin } from "../client.ts";

type Row = Record<string, unknown>;

export interface StandInState {
  readonly folders: Map<string, Row>;
  readonly dataSources: Map<string, Row>;
  readonly contactPoints: Map<string, Row>;
  /** By `<folder uid>/<group>`. */
  readonly groups: Map<string, Row>;
  readonly dashboards: Map<string, Row>;
  /** `METHOD path -> status`, in order. */
  readonly calls: string[];
}

export interface GrafanaStandIn extends StandInState {
  readonly url: string;
  /** The next call of this method and path is answered so. */
  refuseOnce(call: string, status: number, message: string): void;
  close(): Promise<void>;
}

/** Settings that read back as `[REDACTED]`; the URL of a webhook is none of them. */
const SECRET_KEYS = ["authorization_credentials", "password", "bottoken", "secret"];

/**
 * Grafana's HTTP API as far as we use it, with its documented status codes, its own fields in what it
 * stores, and redacted secrets. A rule of which every query is an expression fires at once.
 */
export async function startGrafanaStandIn({
  login,
}: {
  readonly login: GrafanaLogin;
}): Promise<GrafanaStandIn> {
  const authorization = authorizationOf(login);
  const state: StandInState = {
    folders: new Map(),
    dataSources: new Map(),
    contactPoints: new Map(),
    groups: new Map(),
    dashboards: new Map(),
    calls: [],
  };
  const refusals = new Map<string, { readonly status: number; readonly message: string }>();
  const { url, close } = await serve(async (request, response) => {
    const { method = "GET", url: path = "/" } = request;
    const call = `${method} ${path}`;
    const body = await readJson(request);
    const refusal = refusals.get(call);
    refusals.delete(call);
    const [status, answer] =
      request.headers.authorization !== authorization
        ? [401, { message: "Invalid API key" }]
        : refusal !== undefined
          ? [refusal.status, { message: refusal.message }]
          : answerTo(state, method, path, body);
    state.calls.push(`${call} -> ${status}`);
    response.writeHead(status, { "content-type": "application/json" });
    response.end(status === 204 ? "" : JSON.stringify(answer));
  });
  return {
    ...state,
    url,
    refuseOnce: (call, status, message) => void refusals.set(call, { status, message }),
    close,
  };
}

type StandInAnswer = readonly [status: number, body: unknown];

function answerTo(state: StandInState, method: string, url: string, body: Row): StandInAnswer {
  const { pathname, searchParams: query } = new URL(url, "http://grafana");
  const parts = pathname.split("/").slice(2).map(decodeURIComponent);
  const [kind = "", ...rest] = parts[0] === "v1" ? parts.slice(2) : parts;
  switch (kind) {
    case "folders":
      return folderAnswer(state.folders, method, rest[0], body);
    case "datasources":
      return dataSourceAnswer(state.dataSources, method, rest[1], body);
    case "alert-rules":
      return [200, [...state.groups.values()].flatMap(({ rules }) => rules)];
    case "search":
      return [
        200,
        [...state.dashboards.values()].filter(({ folderUid }) => folderUid === query.get("folderUIDs")),
      ];
    case "contact-points":
      return contactPointAnswer(state, method, rest[0], body);
    case "folder":
      return groupAnswer(state, method, rest[0] ?? "", rest[2] ?? "", body);
    case "dashboards":
      return dashboardAnswer(state, method, rest[1], body);
    default:
      return [404, { message: "Not found" }];
  }
}

function folderAnswer(all: Map<string, Row>, method: string, uid = "", body: Row): StandInAnswer {
  if (method === "POST") {
    const made = { id: 1, ...body };
    if (all.has(String(body["uid"]))) return [409, { message: "a folder with the same uid already exists" }];
    all.set(String(body["uid"]), made);
    return [200, made];
  }
  const there = all.get(uid);
  if (there === undefined) return [404, { message: "folder not found" }];
  if (method === "PUT") all.set(uid, { ...there, title: body["title"] });
  if (method === "DELETE") all.delete(uid);
  return [200, all.get(uid) ?? { message: "Folder deleted" }];
}

function dataSourceAnswer(all: Map<string, Row>, method: string, uid = "", body: Row): StandInAnswer {
  if (method === "POST") {
    all.set(String(body["uid"]), { id: 1, orgId: 1, readOnly: false, ...body });
    return [200, { message: "Datasource added" }];
  }
  if (!all.has(uid)) return [404, { message: "Data source not found" }];
  if (method === "PUT") all.set(uid, { ...all.get(uid), ...body });
  if (method === "DELETE") all.delete(uid);
  return [200, all.get(uid) ?? { message: "Data source deleted" }];
}

function contactPointAnswer(
  { contactPoints, groups }: StandInState,
  method: string,
  uid: string | undefined,
  body: Row,
): StandInAnswer {
  if (method === "GET") {
    return [
      200,
      [...contactPoints.values()].map((point) => ({ ...(redacted(point) as Row), provenance: "api" })),
    ];
  }
  if (method === "POST") {
    if (contactPoints.has(String(body["uid"]))) return [409, { message: "contact point already exists" }];
    contactPoints.set(String(body["uid"]), body);
    return [202, redacted(body)];
  }
  const there = contactPoints.get(uid ?? "");
  if (method === "PUT") {
    if (there === undefined) return [404, { message: "contact point not found" }];
    contactPoints.set(String(uid), body);
    return [202, { message: "contactpoint updated" }];
  }
  const name = there?.["name"];
  const isLast = [...contactPoints.values()].filter((point) => point["name"] === name).length === 1;
  const isUsed = [...groups.values()].some((group) => JSON.stringify(group).includes(`"receiver":"${name}"`));
  if (isLast && isUsed) return [409, { message: "contact point is in use by one or more rules" }];
  contactPoints.delete(String(uid));
  return [202, { message: "contactpoint deleted" }];
}

function groupAnswer(
  state: StandInState,
  method: string,
  folder: string,
  group: string,
  body: Row,
): StandInAnswer {
  const key = `${folder}/${group}`;
  const { groups, folders } = state;
  if (method === "PUT") {
    if (!folders.has(folder)) return [400, { message: "folder does not exist" }];
    const rules = (body["rules"] as readonly Row[]).map((rule, at) => ({
      folderUID: folder,
      ruleGroup: group,
      ...withoutZeros(rule),
      id: at + 1,
      updated: "2026-11-25T00:00:00Z",
      provenance: "api",
    }));
    const isEvaluable = (body["rules"] as readonly Row[]).every(({ data }) =>
      (data as readonly Row[]).every(
        ({ datasourceUid, relativeTimeRange }) =>
          datasourceUid === "__expr__" || (relativeTimeRange as { from: number } | undefined)?.from,
      ),
    );
    if (!isEvaluable) return [400, { message: "invalid relative time range" }];
    if (rules.length > 0)
      groups.set(key, { title: group, folderUid: folder, interval: body["interval"], rules });
    fire(state, rules);
    return [200, groups.get(key)];
  }
  if (method === "DELETE") return groups.delete(key) ? [204, undefined] : [404, { message: "not found" }];
  return groups.has(key) ? [200, groups.get(key)] : [404, { message: "rule group not found" }];
}

function dashboardAnswer(
  { dashboards, folders }: StandInState,
  method: string,
  uid = "",
  body: Row,
): StandInAnswer {
  if (method === "POST") {
    if (!folders.has(String(body["folderUid"]))) return [400, { message: "folder not found" }];
    const dashboard = body["dashboard"] as Row;
    dashboards.set(String(dashboard["uid"]), {
      ...dashboard,
      folderUid: body["folderUid"],
      id: 1,
      version: 1,
    });
    return [200, { status: "success", uid: dashboard["uid"], version: 1 }];
  }
  if (!dashboards.has(uid)) return [404, { message: "Dashboard not found" }];
  if (method === "DELETE") {
    dashboards.delete(uid);
    return [200, { message: "Dashboard deleted" }];
  }
  return [200, { dashboard: dashboards.get(uid), meta: { provisioned: false } }];
}

/** Grafana's JSON leaves out what is empty. */
function withoutZeros(rule: Row): Row {
  return Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== false && value !== "0s"));
}

function redacted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(redacted);
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key,
      SECRET_KEYS.includes(key) ? "[REDACTED]" : redacted(part),
    ]),
  );
}

function fire({ contactPoints }: StandInState, rules: readonly Row[]): void {
  for (const rule of rules) {
    const queries = rule["data"] as readonly Row[];
    const receiver = (rule["notification_settings"] as Row | undefined)?.["receiver"];
    const point = [...contactPoints.values()].find(({ name }) => name === receiver);
    const settings = point?.["settings"] as Row | undefined;
    if (settings === undefined || !queries.every((query) => query["datasourceUid"] === "__expr__")) continue;
    const labels = { alertname: rule["title"], ...(rule["labels"] as Row) };
    const body = JSON.stringify({
      status: "firing",
      version: "1",
      alerts: [{ status: "firing", labels, annotations: {}, startsAt: "2026-11-25T00:00:00Z" }],
    });
    const hmac = settings["hmacConfig"] as
      | { secret: string; header: string; timestampHeader: string }
      | undefined;
    const at = String(Math.floor(Date.now() / 1000));
    const signature = hmac && {
      [hmac.header]: createHmac("sha256", hmac.secret).update(`${at}:${body}`).digest("hex"),
      [hmac.timestampHeader]: at,
    };
    fetch(String(settings["url"]), {
      method: "POST",
      headers: { "content-type": "application/json", ...signature },
      body,
    }).catch(() => undefined);
  }
}

async function readJson(request: IncomingMessage): Promise<Row> {
  const body = await text(request);
  return body === "" ? {} : (JSON.parse(body) as Row);
}
