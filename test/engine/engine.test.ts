import { readFileSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import {
  type GrafanaStandIn,
  startGrafanaStandIn,
} from "@autoscaler/alerting/grafana-api/testing/stand-in.ts";
import { createCloud } from "@autoscaler/idcloudhost";
import { createLocalCloud, type LocalCloud } from "@autoscaler/local-cloud/local-cloud.ts";
import { createNoneDriver } from "@autoscaler/local-cloud/machines/none.ts";
import { fastSettings } from "@autoscaler/local-cloud/settings/settings.ts";
import type { FirewallRuleRecord } from "@autoscaler/local-cloud/state/records.ts";
import { createLogger, systemClock } from "@autoscaler/service-kit";
import type { RecordedCall } from "./plugins/recording-command.ts";
import { createProject, type PulumiProject } from "./pulumi-project.ts";

/** `<type>::<name>` of every resource that version 0.1.0 made, from an export of its state. */
const resourcesOf010: readonly string[] = JSON.parse(
  readFileSync(join(__dirname, "resources-0.1.0.json"), "utf8"),
);

const API_KEY = "engine-test-api-key-0123456789";
const GRAFANA_TOKEN = "glsa_engine-test-token";
const PROVIDER_TEXT_LIMIT_BYTES = 2_000;

interface StateResource {
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

interface State {
  readonly deployment: { readonly resources: readonly FormerResource[] };
}
type Properties = Readonly<Record<string, unknown>>;
interface FormerResource {
  readonly urn: string;
  readonly inputs?: Properties;
  readonly outputs?: Properties;
  readonly parent?: string;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
}

/** Type and name of what has another parent since, and of the component that was its parent. */
const MOVED = [
  {
    now: "pulumi-nodejs:dynamic/idcloudhost:Network::network-vpc",
    parent: { type: "autoscaler:infra:PoolNetwork", name: "network" },
    was: "network-vpc",
  },
  {
    now: "pulumi-nodejs:dynamic/idcloudhost:ClonePool::network-clones",
    parent: { type: "autoscaler:infra:PoolNetwork", name: "network" },
    was: "network-clones",
  },
  {
    now: "autoscaler:infra:Alerting$command:remote:Command::alerting-grafana",
    parent: { type: "autoscaler:infra:Monitoring", name: "monitoring" },
    was: "monitoring-grafana",
  },
];
const ADDED = [
  "autoscaler:infra:Alerting::alerting",
  "autoscaler:infra:CloneKeys::clone-keys",
  "::clone-keys-authorize",
  "::monitor-ssh",
  "::token-grafana-encryption-key",
];
/** Inputs of dynamic resources, which are outputs, too. */
const ADDED_INPUTS = ["location", "pool", "isKept"];

function asGiven010(properties: Properties = {}): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !ADDED_INPUTS.includes(key)));
}

/** The state as version 0.1.0 would have written it: its types, names and parents. */
function asOfVersion010(state: State): State {
  const isKept = (urn: string) => !ADDED.some((added) => urn.endsWith(added));
  const [stack, ...others] = state.deployment.resources
    .filter(({ urn }) => isKept(urn))
    .map((resource) => ({
      ...resource,
      ...(resource.urn.includes("dynamic/idcloudhost")
        ? { inputs: asGiven010(resource.inputs), outputs: asGiven010(resource.outputs) }
        : {}),
      dependencies: resource.dependencies?.filter(isKept),
      propertyDependencies: Object.fromEntries(
        Object.entries(resource.propertyDependencies ?? {}).map(([key, urns]) => [key, urns?.filter(isKept)]),
      ),
    }));
  const prefix = (stack?.urn ?? "").split("::").slice(0, 2).join("::");
  const type = "autoscaler:infra:PoolNetwork";
  const component = { urn: `${prefix}::${type}::network`, type, custom: false, parent: stack?.urn };
  const moved = others.map((resource) => {
    const move = MOVED.find(({ now }) => resource.urn === `${prefix}::${now}`);
    return move === undefined
      ? resource
      : { ...resource, parent: `${prefix}::${move.parent.type}::${move.parent.name}` };
  });
  let text = JSON.stringify({
    ...state,
    deployment: { ...state.deployment, resources: [stack, component, ...moved] },
  });
  for (const { now, parent, was } of MOVED) {
    const ownType = now.split("::").at(-2)?.split("$").at(-1);
    text = text.replaceAll(`${prefix}::${now}`, `${prefix}::${parent.type}$${ownType}::${was}`);
  }
  return JSON.parse(text) as State;
}

/** One story on one stack: each step stands on the one before. */
describe("the Pulumi program on a real engine", () => {
  jest.setTimeout(120_000);
  const driver = createNoneDriver();
  let cloud: LocalCloud;
  let port = 0;
  let project: PulumiProject;
  let grafana: GrafanaStandIn;

  async function startCloud(): Promise<void> {
    cloud = createLocalCloud({
      driver,
      clock: systemClock,
      settings: fastSettings,
      accounts: [{ apiKey: API_KEY, billingAccountId: 1_200_000_001 }],
      log: createLogger({ service: "local-cloud", level: "silent" }),
      stateFile: join(project.directory, "cloud.json"),
    });
    await cloud.app.listen({ host: "127.0.0.1", port });
    port = (cloud.app.server.address() as AddressInfo).port;
  }

  const configuration = () => ({
    apiUrl: `http://127.0.0.1:${port}`,
    pollIntervalMs: 20,
    pool: { destroyQuietSeconds: 0 },
  });

  async function counts(): Promise<Readonly<Record<string, number>>> {
    const response = await cloud.app.inject({ method: "GET", url: "/_local/state" });
    return response.json().counts;
  }

  async function outputs(): Promise<Readonly<Record<string, string>>> {
    return JSON.parse((await project.run("stack", "output", "--json", "--show-secrets")).output);
  }

  function recorded(): readonly RecordedCall[] {
    const lines = readFileSync(project.recordingFile, "utf8").trim().split("\n");
    return lines.map((line) => JSON.parse(line) as RecordedCall);
  }

  /** What the monitor VM was to hold, as it was sent last. */
  function monitorDocument() {
    const sent = recorded().filter(
      ({ what }) => what.includes("autoscaler-apply.py") && what.includes("sudo"),
    );
    return JSON.parse(sent.at(-1)?.stdin ?? "{}");
  }

  beforeAll(async () => {
    project = await createProject({ stack: "engine", environment: { IDCLOUDHOST_API_KEY: API_KEY } });
    await startCloud();
    grafana = await startGrafanaStandIn({ login: { kind: "token", token: GRAFANA_TOKEN } });
    project.configure(configuration());
  });

  afterAll(async () => {
    await cloud?.close();
    await grafana?.close();
    project?.remove();
  });

  it("makes the stack", async () => {
    const { exitCode, output } = await project.run("up", "--yes", "--skip-preview");

    expect(exitCode === 0 ? "" : output).toBe("");
    expect(await counts()).toMatchObject({ vms: 3, ips: 2, unassignedIps: 0, networks: 2, firewalls: 3 });
    expect(await outputs()).toMatchObject({
      prefix: expect.stringMatching(/^engine-[a-z0-9]{6}$/),
      serviceUrl: expect.stringMatching(/^http:\/\/203\.0\.113\./),
      operatorToken: expect.stringMatching(/^[a-zA-Z0-9]{40}$/),
    });
  });

  it("opens the load balancer's ports and the bastion's SSH to everybody, and nothing else", async () => {
    const { firewalls, vms } = (await cloud.app.inject({ method: "GET", url: "/_local/state" })).json();
    const open = vms.map(({ name, uuid }: { readonly name: string; readonly uuid: string }) => [
      name.split("-").at(-1),
      firewalls
        .filter(({ vmUuids }: { readonly vmUuids: readonly string[] }) => vmUuids.includes(uuid))
        .flatMap(({ rules }: { readonly rules: readonly FirewallRuleRecord[] }) => rules)
        .flatMap(({ direction, prefixes, ports }: FirewallRuleRecord) =>
          direction === "inbound" && prefixes === undefined ? [ports?.start] : [],
        ),
    ]);
    expect(Object.fromEntries(open)).toEqual({ lb: [80, 443], monitor: [22], seed: [] });
  });

  it("delivers through the bastion with pinned host keys, the scaler last, secrets on stdin only", async () => {
    const calls = recorded();
    const { operatorToken = "" } = await outputs();
    const monitor = calls.filter(({ proxyHost }) => proxyHost !== undefined)[0]?.proxyHost;

    const [first, ...onMachines] = calls;
    expect(first).toMatchObject({ kind: "here", host: monitor });
    expect(onMachines.every(({ isHostKeyPinned }) => isHostKeyPinned)).toBe(true);
    expect(onMachines.every(({ host, proxyHost }) => host === monitor || proxyHost === monitor)).toBe(true);
    const after = calls
      .slice(-2)
      .map(({ kind, host, what }) => `${kind} ${host} ${/[\w-]+\.mjs/.exec(what)?.[0]}`);
    expect(after.toSorted()).toEqual([
      `run ${monitor} authorize-on-clones.mjs`,
      `run ${monitor} grafana-apply.mjs`,
    ]);
    expect(monitorDocument().units.at(-1)).toMatchObject({ name: "scaler-webhook.service" });
    expect(JSON.stringify(calls.map(({ what }) => what))).not.toContain(operatorToken);
    expect(JSON.stringify(calls.map(({ what }) => what))).not.toContain(API_KEY);
  });

  it("bounds every command on a machine: Pulumi cannot end one that hangs", () => {
    const commands = recorded().flatMap(({ kind, what }) => (kind === "run" ? [what] : []));
    const isBounded = (what: string) => /timeout -k \d+ \d+ /.test(what) || /"\$tries" -ge \d+/.test(what);

    expect(commands.length).toBeGreaterThan(5);
    expect(commands.filter((what) => !isBounded(what))).toEqual([]);
  });

  it("keeps no secret in clear in its state, and only short provider texts that hold no code of ours", async () => {
    const { output } = await project.run("stack", "export");
    const state = JSON.parse(output) as {
      readonly deployment: { readonly resources: readonly StateResource[] };
    };
    const { operatorToken = "", sshPrivateKey = "" } = await outputs();
    const credentials: readonly string[] = monitorDocument()
      .files.filter(({ path }: { readonly path: string }) => path.startsWith("/etc/autoscaler/credentials/"))
      .map(({ contentBase64 }: { readonly contentBase64: string }) =>
        Buffer.from(contentBase64, "base64").toString(),
      );

    expect(credentials).toContain(operatorToken);
    expect(credentials).toContain(API_KEY);
    for (const secret of [
      ...credentials,
      sshPrivateKey,
      "BEGIN OPENSSH PRIVATE KEY",
      "engine-test-passphrase",
    ]) {
      expect(output.includes(secret)).toBe(false);
      expect(output.includes(Buffer.from(secret).toString("base64"))).toBe(false);
    }
    const texts = state.deployment.resources.flatMap(({ inputs }) => inputs?.["__provider"] ?? []);
    expect(texts.length).toBeGreaterThan(8);
    for (const text of texts) {
      expect(String(text).length).toBeLessThan(PROVIDER_TEXT_LIMIT_BYTES);
      expect(String(text)).not.toContain("require(");
    }
  });

  it("says unchanged the second time and sends nothing to machines or cloud", async () => {
    const before = recorded().length;
    const { exitCode, output } = await project.run("up", "--yes", "--skip-preview", "--expect-no-changes");

    expect(exitCode === 0 ? "" : output).toBe("");
    expect(output).toMatch(/\d+ unchanged/);
    expect(recorded()).toHaveLength(before);
  });

  it("sees no drift in a refresh", async () => {
    const { exitCode, output } = await project.run(
      "refresh",
      "--yes",
      "--skip-preview",
      "--expect-no-changes",
    );

    expect(exitCode === 0 ? "" : output).toBe("");
  });

  it("delivers everything anew to a machine that is replaced", async () => {
    const before = recorded().length;
    project.configure({ ...configuration(), machines: { monitor: { diskGb: 30 } } });
    const replaced = await project.run("up", "--yes", "--skip-preview");
    const what = recorded()
      .slice(before)
      .map(({ kind, what }) => `${kind} ${what}`);
    project.configure(configuration());
    const back = await project.run("up", "--yes", "--skip-preview");

    expect([replaced, back].map(({ exitCode, output }) => (exitCode === 0 ? "" : output))).toEqual(["", ""]);
    for (const needed of [
      /copy .*autoscaler-apply\.py/,
      /copy .*scaler-webhook/,
      /run [\s\S]*autoscaler-apply/,
    ]) {
      expect(what).toContainEqual(expect.stringMatching(needed));
    }
    expect(await counts()).toMatchObject({ vms: 3, ips: 2, unassignedIps: 0 });
  });

  it("previews without the network", async () => {
    await cloud.close();
    const { exitCode, output } = await project.run("preview", "--expect-no-changes");
    await startCloud();

    expect(exitCode === 0 ? "" : output).toBe("");
  });

  it("takes over what version 0.1.0 made, without making or replacing anything that exists", async () => {
    const { output } = await project.run("stack", "export");
    const former = asOfVersion010(JSON.parse(output));
    const urns = former.deployment.resources.map(({ urn }) => urn.split("::").slice(2).join("::"));
    expect(resourcesOf010).toEqual(expect.arrayContaining(urns));
    const file = join(project.directory, "state.json");
    writeFileSync(file, JSON.stringify(former));
    const imported = await project.run("stack", "import", "--file", file);
    expect(imported.exitCode === 0 ? "" : imported.output).toBe("");

    const { output: preview } = await project.run("preview", "--json");

    const { steps } = JSON.parse(preview.slice(preview.indexOf("{"))) as {
      readonly steps: readonly { readonly op: string; readonly urn: string }[];
    };
    const changes = steps.filter(({ op }) => op !== "same" && op !== "update");
    expect(changes.map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`).sort()).toEqual([
      "create alerting",
      "create clone-keys",
      "create clone-keys-authorize",
      "create monitor-ssh",
      "create token-grafana-encryption-key",
      "delete network",
    ]);

    // A state of 0.1.0 loads its Grafana provider by the name of a package that is called otherwise now.
    expect(Object.keys(await import("@autoscaler/grafana/provider.ts"))).toEqual(["provider"]);

    writeFileSync(file, output);
    expect(await project.run("stack", "import", "--file", file)).toMatchObject({ exitCode: 0 });
  });

  it("puts rules and dashboards into a Grafana elsewhere, sees what was changed there, and mends it", async () => {
    project.configure({ ...configuration(), grafana: { url: grafana.url } });
    await project.run("config", "set", "--secret", "--path", "grafana.token", GRAFANA_TOKEN);
    const first = await project.run("up", "--yes", "--skip-preview");
    expect(first.exitCode === 0 ? "" : first.output).toBe("");
    expect([grafana.folders.size, grafana.groups.size, grafana.dashboards.size]).toEqual([1, 1, 2]);
    expect(monitorDocument().units.map(({ name }: { readonly name: string }) => name)).not.toContain(
      "grafana.service",
    );

    const { output: state } = await project.run("stack", "export");
    expect(state.includes(GRAFANA_TOKEN)).toBe(false);

    grafana.dashboards.clear();
    const refresh = await project.run("refresh", "--yes", "--skip-preview");
    expect(refresh.exitCode === 0 ? "" : refresh.output).toBe("");
    const second = await project.run("up", "--yes", "--skip-preview");
    expect(second.output).toMatch(/1 updated/);
    expect(grafana.dashboards.size).toBe(2);
  });

  it("destroys everything, also a clone and its address that Pulumi never saw, and nobody else's VM", async () => {
    const { prefix } = await outputs();
    const client = createCloud({
      apiUrl: `http://127.0.0.1:${port}`,
      apiKey: API_KEY,
      location: "jkt01",
      absence: { intervalMs: 20 },
    });
    const seed = await client.findVmByName(`${prefix}-seed`);
    await client.cloneVm({ sourceUuid: seed?.uuid ?? "", name: `${prefix}-c-x1` });
    await client.cloneVm({ sourceUuid: seed?.uuid ?? "", name: `other-${prefix}-c-x1` });

    const { exitCode, output } = await project.run("destroy", "--yes", "--skip-preview");

    // The foreign VM sits in our network, so the network stays and the destroy says so.
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/network-vpc.*deleting failed/);
    expect((await client.listVms()).map(({ name }) => name)).toEqual([`other-${prefix}-c-x1`]);

    const foreign = await client.findVmByName(`other-${prefix}-c-x1`);
    await client.releaseAutomaticIpsOfVm(foreign?.uuid ?? "", { waitForOneMs: 5_000 });
    await client.deleteVm(foreign?.uuid ?? "");
    expect(await project.run("destroy", "--yes", "--skip-preview")).toMatchObject({ exitCode: 0 });
    expect(await counts()).toMatchObject({ vms: 0, ips: 0, unassignedIps: 0, networks: 1, firewalls: 0 });
    expect(grafana.folders.size + grafana.contactPoints.size + grafana.groups.size).toBe(0);
  });

  it("shows every problem of a wrong configuration at once, without a stack trace", async () => {
    project.configure({
      apiUrl: "nonsense",
      pool: { name: "Calc!", policy: { maxSize: 0 }, size: 3 },
      service: { port: 70_000 },
      tipo: "x",
    });
    const { exitCode, output } = await project.run("preview");

    expect(exitCode).not.toBe(0);
    for (const problem of [
      /apiUrl must be/,
      /pool\.name must be/,
      /pool\.policy\.maxSize must be/,
      /pool\.size is not known/,
      /service\.port must be/,
      /tipo is not known/,
    ]) {
      expect(output).toMatch(problem);
    }
    expect(output).not.toMatch(/\n\s+at /);
  });
});
