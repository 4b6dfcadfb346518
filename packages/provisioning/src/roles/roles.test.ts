import { parse } from "yaml";
import type { ApplyDocument } from "../apply-document.ts";
import { artifactInstalls } from "../artifacts.ts";
import { artifactsOfRole } from "./common.ts";
import { loadBalancerDocument, traefikConfiguration } from "./load-balancer.ts";
import { monitoringDocument, prometheusConfiguration } from "./monitoring.ts";
import { seedDocument } from "./seed.ts";

const shared = { releaseSha256: "a".repeat(64), networkCidr: "10.77.1.0/24", privateIpv4: "10.77.1.10" };
const artifactsOf = (role: keyof typeof artifactsOfRole) =>
  artifactInstalls(artifactsOfRole[role], { versions: {} });

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
  }),
  monitor: monitoringDocument({
    ...shared,
    artifacts: artifactsOf("monitor"),
    loadBalancer: { name: "x-lb", privateIpv4: "10.77.1.11" },
    monitorName: "x-monitor",
    cloud: { apiUrl: "http://198.51.100.1", location: "jkt01", apiKey: "key-secret" },
    tokens: { lbAgent: "lb-secret", webhook: "hook-secret", operator: "operator-secret" },
    pool: { pool: "calc" },
    rules: "groups: []\n",
    alertmanager: "route: {}\n",
    scrapeIntervalSeconds: 5,
    retention: "1d",
    scalerEnvironment: { TICK_INTERVAL_MS: 2000 },
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

  it("runs everything but the clone's identity without root", () => {
    const asRoot = document.units.filter(
      ({ name }) => !/^User=/m.test(textOf(`/etc/systemd/system/${name}`)),
    );
    expect(asRoot.map(({ name }) => name).filter((name) => name !== "clone-identity.service")).toEqual([]);
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
    const configuration = parse(traefikConfiguration("10.77.1.11"));

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
