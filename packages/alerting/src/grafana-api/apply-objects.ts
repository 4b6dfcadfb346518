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
  for (const { uid } of objects.dashboards) await removeDashboard(ask, uid);
  await ask({ method: "DELETE", path: groupPath(objects.ruleGroup), expects: [204, 404] });
  for (const { uid } of objects.contactPoints) await removeContactPoint(ask, uid);
  await ask({
    method: "DELETE",
    path: `/api/datasources/uid/${objects.dataSource.uid}`,
    expects: [200, 404],
  });
  await ask({ method: "DELETE", path: `/api/folders/${objects.folder.uid}`, expects: [200, 404] });
}

/** Where Grafana's objects differ from ours; undefined when they are the same. */
export async function readDifference(ask: Ask, objects: GrafanaObjects): Promise<string | undefined> {
  const folder = await ask({
    method: "GET",
    path: `/api/folders/${objects.folder.uid}`,
    expects: [200, 404],
  });
  if (folder.status === 404) return FOLDER_GONE;

  const source = await ask({
    method: "GET",
    path: `/api/datasources/uid/${objects.dataSource.uid}`,
    expects: [200, 404],
  });
  const found = [
    ["data source", source.status === 404 ? "gone" : firstDifference(source.body, objects.dataSource)],
  ];
  const points = await readContactPoints(ask);
  for (const point of objects.contactPoints) {
    found.push([
      `contact point ${point.name} (${point.type})`,
      firstDifference(points.get(point.uid), point),
    ]);
  }
  const group = await ask({ method: "GET", path: groupPath(objects.ruleGroup), expects: [200, 404] });
  found.push(["rules", group.status === 404 ? "gone" : ruleDifference(group.body, objects.ruleGroup)]);
  for (const dashboard of objects.dashboards) {
    const answer = await ask({
      method: "GET",
      path: `/api/dashboards/uid/${dashboard.uid}`,
      expects: [200, 404],
    });
    found.push([
      `dashboard ${dashboard.title}`,
      answer.status === 404
        ? "gone"
        : firstDifference(fieldOf(answer.body, "dashboard"), dashboardCore(dashboard)),
    ]);
  }
  const { groups, contactPoints, dashboards } = await findForgotten(ask, objects);
  for (const forgotten of [...groups, ...contactPoints, ...dashboards])
    found.push([forgotten, "still there"]);
  const [first] = found.filter(([, difference]) => difference !== undefined);
  return first === undefined ? undefined : `${first[0]}: ${first[1]}`;
}

async function applyFolder(ask: Ask, { uid, title }: GrafanaObjects["folder"]): Promise<void> {
  const there = await ask({ method: "GET", path: `/api/folders/${uid}`, expects: [200, 404] });
  if (there.status === 404) {
    await ask({ method: "POST", path: "/api/folders", expects: [200], body: { uid, title } });
  } else if (fieldOf(there.body, "title") !== title) {
    await ask({
      method: "PUT",
      path: `/api/folders/${uid}`,
      expects: [200],
      body: { title, overwrite: true },
    });
  }
}

async function applyDataSource(ask: Ask, source: GrafanaObjects["dataSource"]): Promise<void> {
  const path = `/api/datasources/uid/${source.uid}`;
  const there = await ask({ method: "GET", path, expects: [200, 404] });
  if (there.status === 404) {
    await ask({ method: "POST", path: "/api/datasources", expects: [200], body: source });
  } else if (firstDifference(there.body, source) !== undefined) {
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
  const there = await ask({ method: "GET", path: groupPath(group), expects: [200, 404] });
  if (there.status === 200 && ruleDifference(there.body, group) === undefined) return;
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
  for (const uid of dashboards) await removeDashboard(ask, uid);
  for (const title of groups)
    await ask({ method: "DELETE", path: groupPath({ ...objects.ruleGroup, title }), expects: [204, 404] });
  for (const uid of contactPoints) await removeContactPoint(ask, uid);
}

async function removeDashboard(ask: Ask, uid: string): Promise<void> {
  await ask({ method: "DELETE", path: `/api/dashboards/uid/${uid}`, expects: [200, 404] });
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

function groupPath({ folderUid, title }: RuleGroup): string {
  return `${PROVISIONING}/folder/${folderUid}/rule-groups/${encodeURIComponent(title)}`;
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}
