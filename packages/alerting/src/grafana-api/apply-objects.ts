import { fieldOf } from "@autoscaler/service-kit/field-of.ts";
import { type Ask, GrafanaError } from "./client.ts";
import {
  type ContactPoint,
  type Dashboard,
  firstDifference,
  type GrafanaObjects,
  type RuleGroup,
} from "./objects.ts";

const PROVISIONING = "/api/v1/provisioning";

/** What `readDifference` says when nothing of ours can be there any more. */
export const FOLDER_GONE = "the folder is gone";

/**
 * Puts everything there, in the order in which one names the other, and takes away what is ours by its uid
 * and no longer wanted. Safe to repeat.
 *
 * @throws GrafanaError with Grafana's own words; what came before the refusal stays.
 */
export async function applyObjects(ask: Ask, objects: GrafanaObjects): Promise<void> {
  await applyFolder(ask, objects.folder);
  await applyDataSource(ask, objects.dataSource);
  await applyContactPoints(ask, objects.contactPoints);
  await applyRuleGroup(ask, objects.ruleGroup);
  for (const dashboard of objects.dashboards) await applyDashboard(ask, objects.folder.uid, dashboard);
  await removeForgotten(ask, objects);
  const difference = await readDifference(ask, objects);
  if (difference !== undefined) {
    throw new GrafanaError("DIFFERS", `Grafana took everything, but reads back otherwise: ${difference}`);
  }
}

/** Takes everything away, in the other direction; what is gone already is success. */
export async function removeObjects(ask: Ask, objects: GrafanaObjects): Promise<void> {
  for (const dashboard of objects.dashboards) await remove(ask, dashboardPath(dashboard));
  await remove(ask, groupPath(objects.ruleGroup));
  for (const { uid } of objects.contactPoints) await removeContactPoint(ask, uid);
  await remove(ask, dataSourcePath(objects.dataSource));
  await remove(ask, folderPath(objects.folder));
}

/** Where Grafana's objects differ from ours; undefined when they are the same. */
export async function readDifference(ask: Ask, objects: GrafanaObjects): Promise<string | undefined> {
  if ((await find(ask, folderPath(objects.folder))) === undefined) return FOLDER_GONE;

  const source = await find(ask, dataSourcePath(objects.dataSource));
  const found = [
    ["data source", source === undefined ? "gone" : firstDifference(source, objects.dataSource)],
  ];
  const points = await readContactPoints(ask);
  for (const point of objects.contactPoints) {
    found.push([
      `contact point ${point.name} (${point.type})`,
      firstDifference(points.get(point.uid), point),
    ]);
  }
  const group = await find(ask, groupPath(objects.ruleGroup));
  found.push(["rules", group === undefined ? "gone" : ruleDifference(group, objects.ruleGroup)]);
  for (const dashboard of objects.dashboards) {
    const there = await find(ask, dashboardPath(dashboard));
    const difference = firstDifference(fieldOf(there, "dashboard"), dashboardCore(dashboard));
    found.push([`dashboard ${dashboard.title}`, there === undefined ? "gone" : difference]);
  }
  const { groups, contactPoints, dashboards } = await findForgotten(ask, objects);
  for (const forgotten of [...groups, ...contactPoints, ...dashboards])
    found.push([forgotten, "still there"]);
  const [first] = found.filter(([, difference]) => difference !== undefined);
  return first === undefined ? undefined : `${first[0]}: ${first[1]}`;
}

async function applyFolder(ask: Ask, folder: GrafanaObjects["folder"]): Promise<void> {
  const { uid, title } = folder;
  const path = folderPath(folder);
  const there = await find(ask, path);
  if (there === undefined) {
    await ask({ method: "POST", path: "/api/folders", expects: [200], body: { uid, title } });
  } else if (fieldOf(there, "title") !== title) {
    await ask({ method: "PUT", path, expects: [200], body: { title, overwrite: true } });
  }
}

async function applyDataSource(ask: Ask, source: GrafanaObjects["dataSource"]): Promise<void> {
  const path = dataSourcePath(source);
  const there = await find(ask, path);
  if (there === undefined) {
    await ask({ method: "POST", path: "/api/datasources", expects: [200], body: source });
  } else if (firstDifference(there, source) !== undefined) {
    await ask({ method: "PUT", path, expects: [200], body: source });
  }
}

/** Always written: secrets read back redacted, so a changed one cannot be seen. */
async function applyContactPoints(ask: Ask, points: readonly ContactPoint[]): Promise<void> {
  const there = await readContactPoints(ask);
  for (const point of points) {
    const path = `${PROVISIONING}/contact-points`;
    if (there.has(point.uid)) {
      await ask({ method: "PUT", path: `${path}/${point.uid}`, expects: [202], body: point });
    } else {
      await ask({ method: "POST", path, expects: [202], body: point });
    }
  }
}

/** One PUT makes, changes and deletes the group's rules. A rule that is only rewritten loses its state, so an equal group is left alone. */
async function applyRuleGroup(ask: Ask, group: RuleGroup): Promise<void> {
  if (group.rules.length === 0) throw new Error("an empty list does not delete a group's rules");
  const there = await find(ask, groupPath(group));
  if (there !== undefined && ruleDifference(there, group) === undefined) return;
  await ask({ method: "PUT", path: groupPath(group), expects: [200], body: group });
}

async function applyDashboard(ask: Ask, folderUid: string, dashboard: Dashboard): Promise<void> {
  await ask({
    method: "POST",
    path: "/api/dashboards/db",
    expects: [200],
    body: { dashboard, folderUid, overwrite: true },
  });
}

/** What is ours and not wanted: titles of rule groups, uids of contact points and dashboards. */
interface Forgotten {
  readonly groups: readonly string[];
  readonly contactPoints: readonly string[];
  readonly dashboards: readonly string[];
}

async function findForgotten(ask: Ask, objects: GrafanaObjects): Promise<Forgotten> {
  const { uidPrefix, folder, ruleGroup } = objects;
  const isOurs = (uid: string) => uid.startsWith(uidPrefix);
  const rules = await readRows(ask, `${PROVISIONING}/alert-rules`);
  const points = await readContactPoints(ask);
  const dashboards = await readRows(ask, `/api/search?type=dash-db&folderUIDs=${folder.uid}`);
  const groups = rules
    .filter((rule) => fieldOf(rule, "folderUID") === folder.uid && isOurs(String(fieldOf(rule, "uid"))))
    .map((rule) => String(fieldOf(rule, "ruleGroup")));
  const without = (uids: readonly string[], wanted: readonly { readonly uid: string }[]) =>
    uids.filter((uid) => isOurs(uid) && !wanted.some((each) => each.uid === uid));
  return {
    groups: [...new Set(groups)].filter((title) => title !== ruleGroup.title),
    contactPoints: without([...points.keys()], objects.contactPoints),
    dashboards: without(
      dashboards.map((row) => String(fieldOf(row, "uid"))),
      objects.dashboards,
    ),
  };
}

async function removeForgotten(ask: Ask, objects: GrafanaObjects): Promise<void> {
  const { groups, contactPoints, dashboards } = await findForgotten(ask, objects);
  for (const uid of dashboards) await remove(ask, dashboardPath({ uid }));
  for (const title of groups) await remove(ask, groupPath({ ...objects.ruleGroup, title }));
  for (const uid of contactPoints) await removeContactPoint(ask, uid);
}

/** What is there; undefined where nothing is. */
async function find(ask: Ask, path: string): Promise<unknown> {
  const { status, body } = await ask({ method: "GET", path, expects: [200, 404] });
  return status === 404 ? undefined : body;
}

async function remove(ask: Ask, path: string): Promise<void> {
  await ask({ method: "DELETE", path, expects: [200, 204, 404] });
}

async function removeContactPoint(ask: Ask, uid: string): Promise<void> {
  const path = `${PROVISIONING}/contact-points`;
  if (!(await readContactPoints(ask)).has(uid)) return;
  await ask({ method: "DELETE", path: `${path}/${uid}`, expects: [202] });
}

async function readRows(ask: Ask, path: string): Promise<readonly unknown[]> {
  const { body } = await ask({ method: "GET", path, expects: [200] });
  return Array.isArray(body) ? body : [];
}

async function readContactPoints(ask: Ask): Promise<ReadonlyMap<string, unknown>> {
  const points = await readRows(ask, `${PROVISIONING}/contact-points`);
  return new Map(points.map((point) => [String(fieldOf(point, "uid")), point]));
}

function ruleDifference(have: unknown, { rules, interval }: RuleGroup): string | undefined {
  const there = fieldOf(have, "rules");
  const byUid = new Map((Array.isArray(there) ? there : []).map((rule) => [fieldOf(rule, "uid"), rule]));
  if (byUid.size !== rules.length) return `${byUid.size} rules instead of ${rules.length}`;
  if (fieldOf(have, "interval") !== interval) return "interval";
  for (const rule of rules) {
    const difference = firstDifference(byUid.get(rule.uid), rule);
    if (difference !== undefined) return `${rule.title}: ${difference}`;
  }
  return undefined;
}

/** Grafana may bring a dashboard to its own newer form; this part it must keep. */
function dashboardCore(dashboard: Dashboard) {
  const panels = Array.isArray(dashboard["panels"]) ? dashboard["panels"] : [];
  return {
    uid: dashboard.uid,
    title: dashboard.title,
    panels: panels.map((panel) => ({
      id: fieldOf(panel, "id") as number,
      title: fieldOf(panel, "title") as string,
      targets: exprsOf(panel),
    })),
  };
}

function exprsOf(panel: unknown): readonly { readonly expr: string }[] {
  const targets = fieldOf(panel, "targets");
  return (Array.isArray(targets) ? targets : []).map((target) => ({ expr: String(fieldOf(target, "expr")) }));
}

const folderPath = ({ uid }: { readonly uid: string }) => `/api/folders/${uid}`;
const dataSourcePath = ({ uid }: { readonly uid: string }) => `/api/datasources/uid/${uid}`;
const dashboardPath = ({ uid }: { readonly uid: string }) => `/api/dashboards/uid/${uid}`;

function groupPath({ folderUid, title }: RuleGroup): string {
  return `${PROVISIONING}/folder/${folderUid}/rule-groups/${encodeURIComponent(title)}`;
}
