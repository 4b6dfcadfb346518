import { applyObjects, readDifference, removeObjects } from "./apply-objects.ts";
import { type Ask, createAsk } from "./client.ts";
import type { GrafanaObjects } from "./objects.ts";
import { provider } from "./provider.ts";
import { sampleObjects } from "./testing/sample-objects.ts";
import { type GrafanaStandIn, startGrafanaStandIn } from "./testing/stand-in.ts";

const TOKEN = "glsa_test-token";
const LOGIN = { kind: "token", token: TOKEN } as const;

describe("applyObjects against a stand-in with Grafana's status codes", () => {
  let grafana: GrafanaStandIn;
  let ask: Ask;

  beforeEach(async () => {
    grafana = await startGrafanaStandIn({ login: LOGIN });
    ask = createAsk({ url: grafana.url, login: LOGIN });
  });
  afterEach(() => grafana.close());

  const writes = () => grafana.calls.filter((call) => !call.startsWith("GET"));

  it("puts everything there in the order in which one names the other", async () => {
    await applyObjects(ask, sampleObjects);

    expect(writes()).toEqual([
      "POST /api/folders -> 200",
      "POST /api/datasources -> 200",
      "POST /api/v1/provisioning/contact-points -> 202",
      "POST /api/v1/provisioning/contact-points -> 202",
      "PUT /api/v1/provisioning/folder/as-folder/rule-groups/autoscaler-calc -> 200",
      "POST /api/dashboards/db -> 200",
    ]);
    expect(await readDifference(ask, sampleObjects)).toBeUndefined();
  });

  it("lets an equal rule group be the second time, so that a firing rule keeps its state", async () => {
    await applyObjects(ask, sampleObjects);
    grafana.calls.length = 0;

    await applyObjects(ask, sampleObjects);

    expect(writes()).toEqual([
      "PUT /api/v1/provisioning/contact-points/as-scaler -> 202",
      "PUT /api/v1/provisioning/contact-points/as-slack -> 202",
      "POST /api/dashboards/db -> 200",
    ]);
  });

  it("takes away what is ours and no longer made: a rule, a group, a contact point, a dashboard; nothing else", async () => {
    await applyObjects(ask, sampleObjects);
    const [rule] = sampleObjects.ruleGroup.rules;
    const [first] = [...grafana.groups.values()];
    grafana.groups.set("as-folder/former", {
      title: "former",
      rules: [{ ...ruleOf(first), ruleGroup: "former" }],
    });
    grafana.contactPoints.set("colleague", { uid: "colleague", name: "colleague" });
    grafana.dashboards.set("colleague", { uid: "colleague", folderUid: "as-folder" });
    const fewer: GrafanaObjects = {
      ...sampleObjects,
      contactPoints: sampleObjects.contactPoints.slice(0, 1),
      ruleGroup: { ...sampleObjects.ruleGroup, rules: rule === undefined ? [] : [rule] },
      dashboards: [],
    };
    expect(await readDifference(ask, fewer)).toBeDefined();

    await applyObjects(ask, fewer);

    expect([...grafana.contactPoints.keys()]).toEqual(["as-scaler", "colleague"]);
    expect([...grafana.dashboards.keys()]).toEqual(["colleague"]);
    expect([...grafana.groups.entries()]).toEqual([
      [
        "as-folder/autoscaler-calc",
        expect.objectContaining({ rules: [expect.objectContaining({ uid: "as-high" })] }),
      ],
    ]);
  });

  it("removes everything, and twice is success", async () => {
    await applyObjects(ask, sampleObjects);

    await removeObjects(ask, sampleObjects);
    await removeObjects(ask, sampleObjects);

    const { folders, dataSources, contactPoints, groups, dashboards } = grafana;
    expect([folders, dataSources, contactPoints, groups, dashboards].map(({ size }) => size)).toEqual([
      0, 0, 0, 0, 0,
    ]);
  });

  it.each([
    { when: "the folder is gone", change: () => grafana.folders.clear(), says: /folder is gone/ },
    {
      when: "a rule was changed by hand",
      change: () => {
        const [group] = grafana.groups.values();
        const [rule] = (group?.["rules"] ?? []) as Record<string, unknown>[];
        if (rule !== undefined) rule["for"] = "1h";
      },
      says: /^rules: PoolLoadHigh: for$/,
    },
    {
      when: "the data source points elsewhere",
      change: () =>
        grafana.dataSources.set("as-prometheus", { uid: "as-prometheus", url: "http://elsewhere" }),
      says: /^data source: /,
    },
    {
      when: "a contact point is gone",
      change: () => grafana.contactPoints.delete("as-slack"),
      says: /^contact point operator \(slack\)/,
    },
    { when: "a dashboard is gone", change: () => grafana.dashboards.clear(), says: /^dashboard .*: gone$/ },
  ])("reads a difference when $when", async ({ change, says }) => {
    await applyObjects(ask, sampleObjects);
    change();
    expect(await readDifference(ask, sampleObjects)).toMatch(says);
  });

  it.each([
    { status: 400, words: "invalid alert rule: 'for' is wrong", says: /answers 400 .*'for' is wrong/ },
    { status: 403, words: "You'll need additional permissions", says: /403 .*role Admin/ },
    { status: 409, words: "version conflict", says: /409 .*version conflict/ },
    { status: 500, words: "failed to save", says: /500 .*failed to save/ },
  ])("fails with Grafana's own words when it answers $status", async ({ status, words, says }) => {
    grafana.refuseOnce(
      "PUT /api/v1/provisioning/folder/as-folder/rule-groups/autoscaler-calc",
      status,
      words,
    );
    await expect(applyObjects(ask, sampleObjects)).rejects.toThrow(says);
  });

  it("says which setting to look at when the token is wrong, and does not show it", async () => {
    const wrong = createAsk({ url: grafana.url, login: { kind: "token", token: "glsa_other" } });
    const failure = await applyObjects(wrong, sampleObjects).catch((error: unknown) => error);

    expect(failure).toMatchObject({
      code: "REFUSED",
      status: 401,
      message: expect.stringContaining("grafana.token"),
    });
    expect(String(failure)).not.toContain("glsa_other");
  });

  it("says so when nothing answers", async () => {
    await grafana.close();
    await expect(applyObjects(ask, sampleObjects)).rejects.toMatchObject({ code: "UNREACHABLE" });
  });
});

function ruleOf(group: Record<string, unknown> | undefined): object {
  return Object(Reflect.get(Object(group?.["rules"]), 0));
}

describe("the provider", () => {
  let grafana: GrafanaStandIn;
  const objects = JSON.stringify(sampleObjects);

  beforeEach(async () => {
    grafana = await startGrafanaStandIn({ login: LOGIN });
  });
  afterEach(() => grafana.close());

  it("creates, sees drift, mends it, and deletes", async () => {
    const inputs = { url: grafana.url, token: TOKEN, objects };
    const { id, outs } = await provider.create(inputs);
    expect(id).toBe("as-folder");
    expect(await provider.diff(id, outs, inputs)).toMatchObject({ changes: false });
    expect(await provider.read(id, outs)).toEqual({ id, props: outs });

    grafana.dashboards.clear();
    const { props } = await provider.read(id, outs);
    expect(props).toMatchObject({ drift: expect.stringContaining("gone") });
    if (props === undefined) throw new Error("not read");
    expect(await provider.diff(id, props, inputs)).toMatchObject({ changes: true, replaces: [] });
    const { outs: mended } = await provider.update(id, props, inputs);
    expect(await provider.read(id, mended)).toEqual({ id, props: mended });

    await provider.delete(id, mended);
    expect(await provider.read(id, mended)).toEqual({});
  });

  it("leaves nothing of the former names behind when the stack or pool is called otherwise", async () => {
    const inputs = { url: grafana.url, token: TOKEN, objects };
    const { id, outs } = await provider.create(inputs);

    await provider.update(id, outs, { ...inputs, objects: objects.replaceAll("as-", "new-") });

    const { folders, dataSources, contactPoints, groups, dashboards } = grafana;
    const left = [folders, dataSources, contactPoints, groups, dashboards].flatMap((kind) => [
      ...kind.keys(),
    ]);
    expect(left.filter((uid) => uid.startsWith("as-"))).toEqual([]);
    expect(left.filter((uid) => uid.startsWith("new-"))).toHaveLength(6);
  });

  it("is made anew in another Grafana", async () => {
    const outs = { url: "http://old", token: TOKEN, objects, drift: "" };
    expect(
      await provider.diff("as-folder", outs, { url: "http://new", token: TOKEN, objects }),
    ).toMatchObject({
      changes: true,
      replaces: ["url"],
    });
  });
});
