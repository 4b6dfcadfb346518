import {
  type GrafanaStandIn,
  startGrafanaStandIn,
} from "@autoscaler/alerting/grafana-api/testing/stand-in.ts";
import { type Field, fieldsOf } from "@autoscaler/shape";
import { changed, StackShape } from "../../infra/config-shape.ts";
import type { PulumiProject } from "./pulumi-project.ts";
import { createStack, isLong, nested, put, type Stack } from "./stack.ts";

const ANI = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGzvVfKcAqyxYpL0FNDHCL1Q8kqVsW7lg2hXnBHsJMpS ani";
const BUDI = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOtUWoMOvhoSTVDiyYFiFkGHMSDwXlY1mDLlLMTh3Dkj budi";

type Settings = Readonly<Record<string, unknown>>;

/** What is set before the change, so that each field means something; each stack stands on the one before. */
const stacks = {
  grafana: {
    "pool.policy.signals": { memoryPercent: 80, requestsPerSecond: 100, latencyP95Ms: 200 },
    "pool.policy.schedules": [
      {
        name: "noon",
        cron: "0 12 * * *",
        timeZone: "Asia/Jakarta",
        durationMinutes: 60,
        minSize: 2,
        maxSize: 4,
      },
    ],
    "service.bundle": { "server.mjs": "./src/server.ts" },
    "service.environment": { WORKER_COUNT: "1" },
    "service.exampleRequest": { method: "POST", path: "/calculate", body: { number: 13 } },
    notifications: {
      telegram: { botToken: "1:token", chatId: "1" },
      slack: { webhookUrl: "https://slack.example.com/a" },
      discord: { webhookUrl: "https://discord.example.com/a" },
      email: {
        addresses: ["ops@example.com"],
        smtp: { address: "mail.example.com:587", from: "alarm@example.com", user: "alarm", password: "p" },
      },
      webhook: { url: "https://hook.example.com/a", bearerToken: "bearer" },
    },
    authorizedKeys: [ANI],
  },
  prometheus: { "monitoring.alerting": "prometheus" },
  "a Grafana elsewhere": {},
} satisfies Readonly<Record<string, Settings>>;
type StackName = keyof typeof stacks;

/** Another valid value of every field that has no number and no flag, which can be counted on. */
const others: Settings = {
  apiKey: "another-api-key-0123456789",
  apiUrl: "http://127.0.0.1:9",
  location: "sgp01",
  billingAccountId: "1200000002",
  "os.name": "debian",
  "os.version": "24.04-lts",
  "pool.name": "web",
  "pool.policy.provision.probePath": "/ready",
  "pool.policy.schedules": [],
  "pool.policy.schedules[].name": "lunch",
  "pool.policy.schedules[].cron": "0 13 * * *",
  "pool.policy.schedules[].timeZone": "Asia/Makassar",
  "service.path": "apps/lb-agent",
  "service.bundle.<name>": { "server.mjs": "./src/app.ts" },
  "service.command": ["/opt/autoscaler/bin/node", "worker.mjs"],
  "service.healthPath": "/ready",
  "service.environment.<name>": { WORKER_COUNT: "2" },
  "service.exampleRequest.method": "PUT",
  "service.exampleRequest.path": "/other",
  "service.exampleRequest.body": { number: 14 },
  "artifacts.mirrorUrl": "http://127.0.0.1:9",
  "artifacts.versions.node": "24.20.0",
  "artifacts.versions.traefik": "3.7.14",
  "artifacts.versions.prometheus": "2.41.0",
  "artifacts.versions.alertmanager": "0.24.0",
  "artifacts.versions.node-exporter": "1.4.0",
  "monitoring.retention": "8d",
  "monitoring.alerting": "prometheus",
  "monitoring.heartbeatUrl": "https://watch.example.com/a",
  "monitoring.runbookUrl": "https://docs.example.com/runbook",
  "grafana.url": "http://127.0.0.1:9",
  "grafana.token": "glsa_another-token",
  "grafana.prometheusUrl": "http://127.0.0.1:9",
  "grafana.scalerUrl": "http://127.0.0.1:9",
  "notifications.telegram.botToken": "2:token",
  "notifications.telegram.chatId": "2",
  "notifications.slack.webhookUrl": "https://slack.example.com/b",
  "notifications.discord.webhookUrl": "https://discord.example.com/b",
  "notifications.email.addresses": ["oncall@example.com"],
  "notifications.email.smtp.address": "mail.example.com:25",
  "notifications.email.smtp.from": "alarms@example.com",
  "notifications.email.smtp.user": "alarms",
  "notifications.email.smtp.password": "q",
  "notifications.webhook.url": "https://hook.example.com/b",
  "notifications.webhook.bearerToken": "another-bearer",
  authorizedKeys: [BUDI],
};

/** Fields that mean nothing in the first stack. */
const stackOf: Readonly<Record<string, StackName>> = {
  "artifacts.versions.alertmanager": "prometheus",
  "grafana.token": "a Grafana elsewhere",
  "grafana.url": "a Grafana elsewhere",
  "grafana.prometheusUrl": "a Grafana elsewhere",
  "grafana.scalerUrl": "a Grafana elsewhere",
};

/** Steps that bring something to machines that run; `alerting-grafana` is the way of its rules. */
const DELIVERY =
  /^(update|replace|create|delete) (\w[\w-]*-set-up-(apply|archive)|alerting-grafana|clone-keys-authorize)$/;

/** Whether what a preview announces is what the field's words promise. */
const promises: Readonly<
  Record<string, (steps: readonly string[], output: string, field: Field) => boolean>
> = {
  [changed.atOnce]: isDelivery,
  [changed.kept]: isDelivery,
  [changed.seed]: (steps) => isDelivery(steps) && steps.some((step) => step.includes(" service-set-up-")),
  [changed.resized]: (steps, _, { path }) => steps.includes(`update ${roleOf(path)}-vm`),
  [changed.replaced]: (steps, _, { path }) => steps.includes(`replace ${roleOf(path)}-vm`),
  [changed.calls]: (steps) => steps.every((step) => step === "update network-clones"),
  [changed.later]: (steps) => steps.length === 0,
  [changed.shown]: (steps, output) => steps.length === 0 && /exampleRequest/.test(output),
  [changed.refused]: refuses,
  [changed.half]: refuses,
};

function isDelivery(steps: readonly string[]): boolean {
  return steps.length > 0 && steps.every((step) => DELIVERY.test(step));
}

/** In one sentence that names the way back, and without touching anything. */
function refuses(steps: readonly string[], output: string): boolean {
  return (
    steps.every((step) => step.startsWith("read ")) &&
    /set [\w.]+ back/.test(output) &&
    !/\n\s+at /.test(output)
  );
}

function roleOf(path: string): string {
  return path.startsWith("os.") ? "seed" : (path.split(".")[1] ?? "");
}

const keyOf = (path: string) => path.replace(".<name>", "").replace("[]", ".0");
const fields = fieldsOf(StackShape);
/** All of them where there is time (`npm run test:long`), here one of each promise and who may log in. */
const wordsOf = (field: Field) => field.changed ?? changed.atOnce;
const tried = fields.filter(
  (field, at) =>
    isLong ||
    field.path === "authorizedKeys" ||
    fields.findIndex((each) => wordsOf(each) === wordsOf(field) && stackOf[each.path] === undefined) === at ||
    wordsOf(field) === changed.refused,
);

describe("a setting that is changed after the first up", () => {
  jest.setTimeout(120_000);
  let ours: Stack;
  let project: PulumiProject;
  let grafana: GrafanaStandIn;
  let standing: StackName | undefined;

  beforeAll(async () => {
    ours = await createStack();
    project = ours.project;
    grafana = await startGrafanaStandIn({ login: { kind: "token", token: "glsa_engine-test-token" } });
  });

  afterAll(async () => {
    await ours?.close();
    await grafana?.close();
  });

  /** Brings the stack up with the settings of `stack`, where it is not. */
  async function stand(stack: StackName): Promise<Settings> {
    const order = Object.keys(stacks) as StackName[];
    const own = order.slice(0, order.indexOf(stack) + 1).map((name) => stacks[name]);
    const elsewhere =
      stack === "a Grafana elsewhere"
        ? { "grafana.url": grafana.url, "grafana.token": "glsa_engine-test-token" }
        : {};
    const settings: Settings = Object.assign({}, ours.settings, ...own, elsewhere);
    if (stack === standing) return settings;
    project.configure(nested(settings));
    await ours.run("up");
    standing = stack;
    return settings;
  }

  it("is known here, each with another value", () => {
    const unknown = fields.filter((field) => anotherValue(field, undefined) === undefined);
    expect(unknown.map(({ path }) => path)).toEqual([]);
    expect(Object.keys(others).filter((path) => !fields.some((field) => field.path === path))).toEqual([]);
    expect([...new Set(fields.map(wordsOf))].filter((words) => promises[words] === undefined)).toEqual([]);
  });

  const cases = tried
    .toSorted((a, b) => orderOf(a) - orderOf(b))
    .map((field) => ({ field, path: field.path }));
  it.each(cases)("does what docs/configuration.md says: $path", async ({ field, path }) => {
    const settings = await stand(stackOf[path] ?? "grafana");
    const target = nested(settings);
    const key = keyOf(path);
    const present = key.split(".").reduce<unknown>((at, part) => Reflect.get(Object(at), part), target);
    put(target, key, anotherValue(field, present));
    project.configure(target);

    const { output } = await project.run("preview", "--json");

    const steps = stepsOf(output);
    const holds = promises[wordsOf(field)]?.(steps, output, field) === true;
    expect({
      holds,
      ...(holds ? {} : { words: wordsOf(field), steps, output: output.slice(-1500) }),
    }).toEqual({
      holds: true,
    });
  });

  it("never looks for the stack in another location, even without a preview", async () => {
    const settings = await stand(standing ?? "grafana");
    project.configure(nested({ ...settings, location: "sgp01" }));

    const up = await project.run("up", "--yes", "--skip-preview");
    expect(up.exitCode).not.toBe(0);
    expect(up.output).toMatch(/made in jkt01 and cannot move/);
    await ours.run("refresh");
    expect(
      (await project.run("stack", "export")).output.match(/"type": "pulumi-nodejs:dynamic\/idcloudhost:Vm"/g),
    ).toHaveLength(3);
    expect((await ours.state()).counts).toMatchObject({ vms: 3 });

    await ours.run("destroy");
    expect((await ours.state()).counts).toMatchObject({ vms: 0, ips: 0, networks: 1, firewalls: 0 });
  });
});

function orderOf({ path }: Field): number {
  return (Object.keys(stacks) as StackName[]).indexOf(stackOf[path] ?? "grafana");
}

/** A valid one that differs from what is set; undefined where nobody said which. */
function anotherValue({ path, default: fallback, allowed }: Field, present: unknown): unknown {
  if (others[path] !== undefined) return others[path];
  const now = present ?? fallback;
  if (typeof now === "boolean") return !now;
  if (typeof now === "number") return now + 1;
  return /number from/.test(allowed) ? 20 : undefined;
}

/** `update network-clones` for all that changes; the words of a preview that was refused are no JSON. */
function stepsOf(output: string): readonly string[] {
  const text = output.slice(output.indexOf("{"));
  try {
    const { steps = [] } = JSON.parse(text) as {
      readonly steps?: readonly { readonly op: string; readonly urn: string }[];
    };
    return steps.filter(({ op }) => op !== "same").map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`);
  } catch {
    return [];
  }
}
