import { type AlertingEngine, alertingParts, artifactsOfAlerting } from "@autoscaler/alerting";
import { everyNotification, sampleSettings } from "@autoscaler/alerting/testing/samples.ts";
import type { ApplyDocument } from "@autoscaler/provisioning/apply-document.ts";
import { artifactInstalls } from "@autoscaler/provisioning/artifacts.ts";
import { artifactsOfRole } from "@autoscaler/provisioning/roles/common.ts";
import { loadBalancerDocument, traefikConfiguration } from "@autoscaler/provisioning/roles/load-balancer.ts";
import { monitoringDocument, prometheusConfiguration } from "@autoscaler/provisioning/roles/monitoring.ts";
import { seedDocument } from "@autoscaler/provisioning/roles/seed.ts";
import { parse } from "yaml";

const shared = {
  releaseSha256: "a".repeat(64),
  networkCidr: "10.77.1.0/24",
  privateIpv4: "10.77.1.10",
  authorizedKeys: ["ssh-ed25519 AAAA deploy"],
};
const artifactsOf = (role: "seed" | "lb") => artifactInstalls(artifactsOfRole[role], { versions: {} });

const monitor = (engine: AlertingEngine) =>
  monitoringDocument({
    ...shared,
    artifacts: artifactInstalls([...artifactsOfRole.monitor, ...artifactsOfAlerting[engine.kind]], {
      versions: {},
    }),
    loadBalancer: { name: "x-lb", privateIpv4: "10.77.1.11" },
    monitorName: "x-monitor",
    cloud: { apiUrl: "http://198.51.100.1", location: "jkt01", apiKey: "key-secret" },
    tokens: {
      lbAgent: "lb-secret",
      webhook: "hook-secret",
      webhookHmac: "hmac-secret",
      operator: "operator-secret",
    },
    pool: { pool: "calc" },
    alerting: alertingParts({
      engine,
      settings: sampleSettings,
      notifications: everyNotification,
      grafana: {
        adminPassword: "admin-secret",
        secretKey: "encryption-secret",
        applyProgram: () => "#!/usr/bin/env node\n",
      },
    }),
    scrapeIntervalSeconds: 5,
    retention: "1d",
    scalerEnvironment: { TICK_INTERVAL_MS: 2000 },
    authorizeOnClones: "#!/usr/bin/env node\n",
  });

const documents: Readonly<Record<string, ApplyDocument>> = {
  seed: seedDocument({
    ...shared,
    artifacts: artifactsOf("seed"),
    service: {
      command: ["/bin/app"],
      port: 3000,
      healthPath: "/healthz",
      environment: { WORKER_COUNT: "1" },
    },
    cloneIdentityScript: "#!/bin/sh\n",
  }),
  lb: loadBalancerDocument({
    ...shared,
    artifacts: artifactsOf("lb"),
    pool: "calc",
    seedUrl: "http://10.77.1.10:3000",
    servicePort: 3000,
    healthPath: "/healthz",
    lbAgentToken: "lb-secret",
    latencyBuckets: [0.1, 1],
  }),
  "monitor with Prometheus's own rules": monitor({ kind: "prometheus" }),
  "monitor with Grafana": monitor({ kind: "grafana" }),
  "monitor with a Grafana elsewhere": monitor({
    kind: "external-grafana",
    url: "https://grafana.example.com",
    token: "glsa-secret",
  }),
};

describe.each(Object.entries(documents))("the document of %s", (_role, document) => {
  const textOf = (path: string) =>
    Buffer.from(document.files.find((file) => file.path === path)?.contentBase64 ?? "", "base64").toString();

  it("has a file, a user and every used thing for each unit", () => {
    const known = [
      ...document.artifacts.map(({ name }) => name),
      ...document.releases.map(({ unit }) => unit),
      ...document.files.map(({ path }) => path),
    ];
    for (const { name, uses } of document.units) {
      const text = textOf(`/etc/systemd/system/${name}`);
      const user = /^User=(.*)$/m.exec(text)?.[1];
      expect(text).toContain("[Service]");
      expect(user === undefined || document.users.includes(user)).toBe(true);
      expect(known).toEqual(expect.arrayContaining([...uses]));
      for (const [, credential] of text.matchAll(/^LoadCredential=.*:(.*)$/gm))
        expect(uses).toContain(credential);
    }
  });

  it("starts anew what uses a file that changes, but for what is read at each use", () => {
    const isReadAtEachUse = (path: string) =>
      path === "/etc/ssh/authorized_keys.d/ops" || path.startsWith("/opt/autoscaler/lib/");
    const used = document.units.flatMap(({ name, uses }) => [`/etc/systemd/system/${name}`, ...uses]);
    const paths = document.files.map(({ path }) => path);

    expect(paths.filter((path) => !used.includes(path) && !isReadAtEachUse(path))).toEqual([]);
  });

  it("lets in who is on the stack's list, over sshd's own settings", () => {
    expect(textOf("/etc/ssh/authorized_keys.d/ops")).toBe("ssh-ed25519 AAAA deploy\n");
    expect(textOf("/etc/ssh/sshd_config.d/01-autoscaler.conf")).toContain("/etc/ssh/authorized_keys.d/%u");
  });

  it("runs everything but the clone's identity and the list of keys without root", () => {
    const asRoot = document.units.filter(
      ({ name }) => !/^User=/m.test(textOf(`/etc/systemd/system/${name}`)),
    );
    const known = ["clone-identity.service", "authorized-keys.service"];
    expect(asRoot.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([]);
  });

  it("has secrets in files that only root can read, and nowhere else", () => {
    for (const { path, mode, contentBase64 } of document.files) {
      const isSecret = Buffer.from(contentBase64, "base64").toString().includes("-secret");
      expect({ path, mode: isSecret ? mode : "0600", isSecret }).toEqual({ path, mode: "0600", isSecret });
      expect(isSecret).toBe(path.startsWith("/etc/autoscaler/credentials/"));
    }
  });
});

describe("traefikConfiguration", () => {
  it("shows its API on loopback only and its metrics on the private address", () => {
    const configuration = parse(
      traefikConfiguration({ privateIpv4: "10.77.1.11", latencyBuckets: [0.1, 1] }),
    );

    expect(configuration.entryPoints.traefik.address).toBe("127.0.0.1:8080");
    expect(configuration.entryPoints.metrics.address).toBe("10.77.1.11:8082");
    expect(configuration).not.toHaveProperty("accessLog");
  });
});

describe("prometheusConfiguration", () => {
  it("takes the pool's members from the scaler's file and no list of its own", () => {
    const configuration = parse(
      prometheusConfiguration({
        loadBalancer: { name: "x-lb", privateIpv4: "10.77.1.11" },
        monitorName: "x-monitor",
        privateIpv4: "10.77.1.12",
        scrapeIntervalSeconds: 5,
        alerting: {},
      }),
    );
    const service = configuration.scrape_configs.find(
      ({ job_name }: { job_name: string }) => job_name === "service",
    );

    expect(service).toEqual({
      job_name: "service",
      file_sd_configs: [{ files: ["/var/lib/scaler-webhook/targets/*.json"], refresh_interval: "5s" }],
    });
  });
});

describe("monitoringDocument", () => {
  const text = (document: ApplyDocument | undefined, path: string) =>
    Buffer.from(document?.files.find((file) => file.path === path)?.contentBase64 ?? "", "base64").toString();
  const units = (document: ApplyDocument | undefined) => document?.units.map(({ name }) => name);

  it("has one engine that evaluates alerts, never two", () => {
    const grafana = documents["monitor with Grafana"];
    const prometheus = documents["monitor with Prometheus's own rules"];

    expect(units(grafana)).toContain("grafana.service");
    expect(units(grafana)).not.toContain("alertmanager.service");
    expect(parse(text(grafana, "/etc/autoscaler/prometheus.yml"))).not.toHaveProperty("rule_files");
    expect(units(prometheus)).toContain("alertmanager.service");
    expect(units(prometheus)).not.toContain("grafana.service");
  });

  it("answers Prometheus beyond loopback only to a Grafana elsewhere, and only to the private network", () => {
    const outside = text(
      documents["monitor with a Grafana elsewhere"],
      "/etc/systemd/system/prometheus.service",
    );
    const inside = text(documents["monitor with Grafana"], "/etc/systemd/system/prometheus.service");

    expect(outside).toContain("--web.listen-address=0.0.0.0:9090");
    expect(outside).toContain("IPAddressAllow=localhost 10.77.1.0/24");
    expect(inside).toContain("--web.listen-address=127.0.0.1:9090");
  });

  it("keeps Grafana on loopback and lets it call nobody", () => {
    const ini = text(documents["monitor with Grafana"], "/etc/autoscaler/grafana/grafana.ini");

    for (const line of [
      "http_addr = 127.0.0.1",
      "reporting_enabled = false",
      "check_for_updates = false",
      "preinstall_disabled = true",
      "secret_key = $__file{/run/credentials/grafana.service/grafana-encryption-key}",
      "admin_password = $__file{/run/credentials/grafana.service/grafana-admin-password}",
      "password = $__file{/run/credentials/grafana.service/contact-smtp-password}",
    ]) {
      expect(ini).toContain(`${line}\n`);
    }
  });

  it("installs Grafana whole, with its sum pinned, from its vendor", () => {
    const artifact = documents["monitor with Grafana"]?.artifacts.find(({ name }) => name === "grafana");
    expect(artifact).toEqual({
      name: "grafana",
      version: "13.1.1",
      url: "https://dl.grafana.com/grafana/release/13.1.1/grafana_13.1.1_29761037902_linux_amd64.tar.gz",
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      tree: "grafana-13.1.1",
      binaries: { grafana: "bin/grafana" },
    });
  });
});
