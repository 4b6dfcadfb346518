import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

type Row = Record<string, unknown>;

export interface FileStandIn {
  readonly url: string;
  readonly rules: Map<string, Row>;
  readonly contactPoints: Map<string, Row>;
  readonly reloads: string[];
  /** Reloads of alerting answer 500 with these words as long as this says so. */
  refuse: (file: Row) => string | undefined;
  close(): Promise<void>;
}

/** Keys of a rule in a file, and their names in the API. Others are dropped in silence, as Grafana does. */
const RULE_KEYS: Readonly<Record<string, string>> = {
  uid: "uid",
  title: "title",
  condition: "condition",
  data: "data",
  for: "for",
  noDataState: "noDataState",
  execErrState: "execErrState",
  annotations: "annotations",
  labels: "labels",
  isPaused: "isPaused",
  notification_settings: "notification_settings",
  keepFiringFor: "keep_firing_for",
  missing_series_evals_to_resolve: "missingSeriesEvalsToResolve",
};

/** Grafana with file provisioning, as far as grafana-apply.py meets it. Left-out rules stay, as they do there. */
export async function startFileStandIn(home: string, password: string): Promise<FileStandIn> {
  const rules = new Map<string, Row>();
  const contactPoints = new Map<string, Row>();
  const sources = new Map<string, Row>();
  let dashboards: readonly Row[] = [];
  const reloads: string[] = [];
  const standIn = { refuse: (_file: Row): string | undefined => undefined };
  const read = (path: string) => JSON.parse(readFileSync(join(home, path), "utf8")) as Row;
  const items = (value: unknown) => (value ?? []) as readonly Row[];

  const reload = (kind: string): readonly [number, unknown] => {
    reloads.push(kind);
    if (!existsSync(join(home, "provisioning", kind, "autoscaler.json")))
      return [200, { message: "no files" }];
    if (kind === "dashboards") {
      dashboards = readdirSync(join(home, "dashboards")).map((name) => read(`dashboards/${name}`));
    } else if (kind === "datasources") {
      for (const source of items(read("provisioning/datasources/autoscaler.json")["datasources"])) {
        sources.set(String(source["uid"]), source);
      }
    } else {
      const others = readdirSync(join(home, "provisioning/alerting")).filter(
        (name) => !name.endsWith(".json"),
      );
      if (others.length > 0) return [500, { message: `unknown file ${others[0]}` }];
      const file = read("provisioning/alerting/autoscaler.json");
      const refusal = standIn.refuse(file);
      if (refusal !== undefined) return [500, { message: refusal }];
      for (const point of items(file["contactPoints"])) {
        for (const receiver of items(point["receivers"])) {
          contactPoints.set(String(receiver["uid"]), expanded({ name: point["name"], ...receiver }) as Row);
        }
      }
      for (const group of items(file["groups"])) {
        for (const rule of items(group["rules"])) {
          const known = Object.entries(RULE_KEYS).flatMap(([key, name]) =>
            key in rule ? [[name, RAW.includes(key) ? rule[key] : expanded(rule[key])] as const] : [],
          );
          rules.set(String(rule["uid"]), {
            ...Object.fromEntries(known),
            ruleGroup: group["name"],
            folderUID: "random",
          });
        }
      }
      for (const { uid } of items(file["deleteRules"])) rules.delete(String(uid));
      for (const { uid } of items(file["deleteContactPoints"])) contactPoints.delete(String(uid));
    }
    return [200, { message: `${kind} config reloaded` }];
  };

  const answer = (method: string, path: string): readonly [number, unknown] => {
    const uid = path.split("/").at(-1);
    if (method === "POST") return reload(path.split("/").at(-2) ?? "");
    if (path === "/api/v1/provisioning/alert-rules") return [200, [...rules.values()]];
    if (path === "/api/v1/provisioning/contact-points") return [200, [...contactPoints.values()]];
    const found = path.startsWith("/api/datasources/")
      ? sources.get(uid ?? "")
      : dashboards.find((dashboard) => dashboard["uid"] === uid);
    if (found === undefined) return [404, { message: "not found" }];
    return [
      200,
      path.startsWith("/api/dashboards/") ? { dashboard: found, meta: { provisioned: true } } : found,
    ];
  };

  const login = `Basic ${Buffer.from(`admin:${password}`).toString("base64")}`;
  const server = createServer((request, response) => {
    const [status, body] =
      request.headers.authorization === login
        ? answer(request.method ?? "", request.url ?? "")
        : [401, { message: "Invalid username or password" }];
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(standIn, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rules,
    contactPoints,
    reloads,
    close: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  });
}

/** Not expanded by Grafana. */
const RAW = ["data", "annotations"];

/** Expands what Grafana expands in files: a file's text is a secret, `$$` is a dollar, another variable is empty. */
function expanded(value: unknown): unknown {
  if (typeof value === "string") {
    if (/^\$__file\{.+\}$/.test(value)) return "[REDACTED]";
    return value.replaceAll(/\$\$|\$\{?\w+\}?/g, (match) => (match === "$$" ? "$" : ""));
  }
  if (Array.isArray(value)) return value.map(expanded);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, expanded(part)]));
}
