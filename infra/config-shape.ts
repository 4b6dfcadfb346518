import { ScalingPolicyShape } from "@autoscaler/scaling-core";
import type { Shaped } from "@autoscaler/shape";
import { type TSchema, Type } from "typebox";

/** What a change after the first `up` does; test/engine/changed-settings.matrix.test.ts holds the engine against it. */
export const changed = {
  /** Of fields that say nothing. */
  atOnce: "at once, on the machines that use it",
  seed: "at once on the seed; clones have it that are made from then on, the others leave first",
  resized: "the VM is stopped and resized; clones have the size that the seed has when they are made",
  replaced: "the VM is made anew",
  calls: "from the next call to the cloud on",
  later: "for what is made from then on",
  shown: "at once, in the stack's outputs",
  refused: "refused by the preview, with what to do instead",
  kept: "to false: clones give theirs back; to true: clones keep them that are made from then on",
  half: "to false: at once; to true: refused by the preview, with what to do instead",
} as const;

const section = <P extends Parameters<typeof Type.Object>[0]>(properties: P, words?: string) =>
  Type.Object(properties, { default: {}, ...(words === undefined ? {} : { changed: words }) });
/** The same field, with what a later change of it does. */
const then = <S extends TSchema>(words: string, field: S): S => Object.assign(field, { changed: words });
const text = (pattern: string, allowed: string, description: string, fallback?: string) =>
  Type.String({ pattern, allowed, description, ...(fallback === undefined ? {} : { default: fallback }) });
const whole = (minimum: number, maximum: number, fallback: number, description: string) =>
  Type.Integer({ minimum, maximum, default: fallback, description });
const flag = (description: string) => Type.Boolean({ default: false, description });
const url = (description: string, fallback?: string) =>
  text("^https?:\\/\\/[^\\s/?#]+(\\/[^\\s?#]*)?$", "an http or https URL", description, fallback);
const httpsUrl = (description: string) => text("^https:\\/\\/\\S+$", "an https URL", description);
const address = (example: string, description: string) =>
  text("^[^\\s,;@]+@[^\\s,;@]+$", `an address such as ${example}`, description);
const secret = (description: string) =>
  text(
    "^[\\x21-\\x7e]+$",
    "printable text without blanks; set it with `pulumi config set --secret --path`",
    description,
  );
const texts = (pattern: string, allowed: string, description: string, fallback: readonly string[]) =>
  Type.Array(Type.String({ pattern, allowed }), { default: [...fallback], description });
const textMap = <V extends TSchema>(names: string, allowed: string, value: V, description: string) =>
  Type.Record(Type.String({ pattern: names }), value, { default: {}, allowed, description });

const size = (whose: string) =>
  section({
    vcpu: then(changed.resized, whole(1, 64, 2, `vCPUs of ${whose}`)),
    memoryMib: then(changed.resized, whole(512, 262_144, 2_048, `Memory of ${whose}, in MiB`)),
    diskGb: then(changed.replaced, whole(1, 1_000, 20, `Disk of ${whose}, in GB`)),
  });

const version = Type.Optional(
  text("^\\d+(\\.\\d+)+$", "a version such as 1.2.3", "Version to install instead of the default one"),
);

/** The stack's configuration as it stands in `Pulumi.<stack>.yaml`: every key with its range, default and meaning. */
export const StackShape = Type.Object({
  apiKey: Type.Optional(
    text(
      "^[\\x21-\\x7e]+$",
      "the printable text from the console's Access page",
      "API key of the cloud (secret)",
    ),
  ),
  apiUrl: url("Address of the cloud's API, without /v1", "https://api.idcloudhost.com"),
  location: then(
    changed.refused,
    text(
      "^([a-z][a-z0-9]{1,19})?$",
      "a slug such as jkt01, or empty",
      "Data centre (jkt01, jkt02, jkt03, sgp01); empty for the account's default",
      "jkt01",
    ),
  ),
  billingAccountId: then(
    changed.later,
    Type.Optional(
      text("^\\d*$", "the account's number, or empty", "Needed with a key that is not tied to one account"),
    ),
  ),
  pollIntervalMs: then(
    changed.calls,
    whole(10, 60_000, 2_000, "Pause between two looks at the cloud while something changes, in ms"),
  ),
  os: section(
    {
      name: text(
        "^\\w[\\w-]*$",
        "a name such as ubuntu",
        "Image of the VMs, as the cloud lists it",
        "ubuntu",
      ),
      version: text("^\\w[\\w.-]*$", "a version such as 22.04-lts", "Version of that image", "22.04-lts"),
    },
    changed.replaced,
  ),
  machines: section({
    seed: size("the seed and its clones"),
    lb: size("the load balancer"),
    monitor: size("the monitor VM"),
  }),
  seed: section({
    keepPublicIp: then(changed.half, flag("Keep the seed's public address after its set-up (billed)")),
  }),
  pool: section({
    name: then(
      changed.refused,
      text(
        "^[a-z][a-z0-9-]{0,30}$",
        "up to 31 lower-case letters, digits and hyphens",
        "Name of the pool in paths, metrics and alerts",
        "calc",
      ),
    ),
    keepPublicIp: then(changed.kept, flag("Keep the public addresses that clones come with (billed each)")),
    destroyQuietSeconds: then(
      changed.calls,
      whole(0, 900, 120, "How long no clone must be seen at the end of a destroy, in seconds"),
    ),
    policy: ScalingPolicyShape,
  }),
  service: section(
    {
      path: Type.Optional(
        text(
          "^\\S.*$",
          "the path of a folder or a .tar.gz",
          "What the pool serves; apps/calc where it is not given",
        ),
      ),
      bundle: textMap(
        "^[\\w-]+\\.(m|c)?js$",
        "output file to entry, such as server.mjs: ./src/server.ts",
        Type.String({ pattern: "^[^\\r\\n\\0]+$", allowed: "one line of text" }),
        "Entries that esbuild bundles, by output file",
      ),
      command: texts("^[^\\r\\n\\0]+$", "one line", "Start command, a list of arguments", [
        "/opt/autoscaler/bin/node",
        "server.mjs",
      ]),
      port: whole(1, 65_535, 3_000, "Port that the service listens on"),
      healthPath: text(
        "^\\/[\\w./-]{0,200}$",
        "a path such as /healthz",
        "Path that answers 2xx when it is well",
        "/healthz",
      ),
      environment: textMap(
        "^[A-Za-z_][A-Za-z0-9_]*$",
        "names of variables",
        Type.Union([Type.String({ pattern: "^[^\\r\\n\\0]*$" }), Type.Number(), Type.Boolean()], {
          allowed: "one line of text",
        }),
        "Environment variables of the service",
      ),
      exampleRequest: then(
        changed.shown,
        Type.Optional(
          Type.Object({
            method: text("^[A-Z]{3,7}$", "a method such as GET", "Method of a typical request", "GET"),
            path: text("^\\/\\S*$", "a path that starts with a slash", "Its path", "/"),
            body: Type.Optional(Type.Unknown({ description: "Its body, sent as JSON" })),
          }),
        ),
      ),
    },
    changed.seed,
  ),
  artifacts: section({
    mirrorUrl: Type.Optional(url("Take all programs from there instead of their publishers")),
    versions: section({
      node: version,
      traefik: version,
      prometheus: version,
      alertmanager: version,
      "node-exporter": version,
    }),
  }),
  monitoring: section({
    scrapeIntervalSeconds: whole(1, 300, 5, "How often Prometheus reads every server, in seconds"),
    cpuWindowSeconds: whole(5, 600, 30, "Window of the CPU rate, at least two scrapes, in seconds"),
    tickIntervalMs: whole(500, 60_000, 5_000, "How often the scaler looks at the world, in ms"),
    retention: text("^\\d+[hdwy]$", "a duration such as 7d", "How long Prometheus keeps its data", "7d"),
    alerting: Type.Enum(["grafana", "prometheus"], {
      default: "grafana",
      description: "What evaluates the alerts on the monitor VM",
    }),
    heartbeatUrl: Type.Optional(
      url("Called once a minute while the scaler works, so that a watch elsewhere notices its silence"),
    ),
    // 2 vCPU, 2 GiB, 20 GB at Rp 87 000 a month (the seed article's bill), 730 hours
    rupiahPerServerHour: whole(
      0,
      1_000_000,
      119,
      "Price of one more server, for the cost panel, in Rupiah an hour",
    ),
    runbookUrl: text(
      "^[^\\s#]+$",
      "an address without an anchor",
      "Address of docs/runbook.md, as alarms link to it",
      "docs/runbook.md",
    ),
  }),
  grafana: section({
    url: Type.Optional(url("A Grafana of your own, instead of one on the monitor VM")),
    token: Type.Optional(secret("Token of a service account with the role Admin (secret)")),
    prometheusUrl: Type.Optional(
      url("Where it reaches Prometheus, if not at the monitor VM's private address"),
    ),
    scalerUrl: Type.Optional(url("Where it reaches the scaler, if not there")),
  }),
  notifications: section({
    telegram: Type.Optional(
      Type.Object({
        botToken: text("^\\d+:[\\w-]+$", "the token that BotFather gave", "Token of the bot (secret)"),
        chatId: text("^-?\\d+$", "the chat's number", "Number of the chat"),
      }),
    ),
    slack: Type.Optional(Type.Object({ webhookUrl: httpsUrl("Incoming webhook (secret)") })),
    discord: Type.Optional(Type.Object({ webhookUrl: httpsUrl("Webhook of the channel (secret)") })),
    email: Type.Optional(
      Type.Object({
        addresses: Type.Array(address("ops@example.com", ""), {
          minItems: 1,
          allowed: "a list of addresses, at least one",
          description: "Who gets alarms by email",
        }),
        smtp: Type.Object({
          address: text("^[\\w.-]+:\\d+$", "host:port", "Mail server"),
          from: address("alarm@example.com", "Sender"),
          user: Type.Optional(text("^\\S+$", "text without blanks", "Login at the mail server")),
          password: Type.Optional(text("^[^\\r\\n]+$", "one line of text", "Password there (secret)")),
        }),
      }),
    ),
    webhook: Type.Optional(
      Type.Object({
        url: url("Gets Grafana's or Alertmanager's own body"),
        bearerToken: Type.Optional(secret("Shown in the header Authorization (secret)")),
      }),
    ),
  }),
  authorizedKeys: texts(
    "^(ssh|ecdsa)-[^\\r\\n]+$",
    "one OpenSSH public key line",
    "SSH public keys that may log in as `ops`, besides the stack's own",
    [],
  ),
});

export type StackValues = Shaped<typeof StackShape>;
