import { createHash } from "node:crypto";
import { GRAFANA_APPLY, monitoringDocument, type Release } from "@autoscaler/provisioning";
import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../config.ts";
import { GrafanaObjects } from "../dynamic-providers/grafana-objects.ts";
import { externalGrafanaObjects, monitoringAlerting } from "./alerting.ts";
import type { Machine } from "./machine.ts";
import { poolFile } from "./pool-file.ts";
import { MachineRelease } from "./release.ts";
import type { Tokens } from "./tokens.ts";

export interface MonitoringArgs {
  readonly machine: Machine;
  readonly seed: Machine;
  /** What the seed and its next clones serve. */
  readonly serviceRelease: Release;
  readonly loadBalancer: Machine;
  readonly config: StackConfig;
  readonly prefix: pulumi.Output<string>;
  readonly networkCidr: pulumi.Output<string>;
  readonly release: Release;
  readonly tokens: Tokens;
}

/** Prometheus, who evaluates the alerts, and the scaler, on the machine that is also the bastion. */
export class Monitoring extends pulumi.ComponentResource {
  readonly scalerUrl: pulumi.Output<string>;

  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("autoscaler:infra:Monitoring", name, {}, opts);
    const { machine, seed, loadBalancer, config, tokens } = args;
    const { monitoring, cloud } = config;
    const stack = pulumi.getStack();
    this.scalerUrl = pulumi.interpolate`http://${machine.privateIpv4}:4000`;
    const document = pulumi
      .output({
        privateIpv4: machine.privateIpv4,
        monitorName: machine.hostName,
        networkCidr: args.networkCidr,
        namePrefix: args.prefix,
        apiKey: pulumi.secret(cloud.apiKey),
        lbAgent: tokens.lbAgent,
        webhook: tokens.webhook,
        webhookHmac: tokens.webhookHmac,
        operator: tokens.operator,
        grafanaAdmin: tokens.grafanaAdmin,
        loadBalancer: { name: loadBalancer.hostName, privateIpv4: loadBalancer.privateIpv4 },
        seed: {
          name: seed.hostName,
          vmUuid: seed.vmUuid,
          privateIpv4: seed.privateIpv4,
          release: args.serviceRelease.sha256.slice(0, 12),
        },
        protectedVmUuids: [loadBalancer.vmUuid, machine.vmUuid, seed.vmUuid],
      })
      .apply(({ namePrefix, apiKey, seed, protectedVmUuids, grafanaAdmin, ...known }) => {
        const { lbAgent, webhook, webhookHmac, operator, ...machines } = known;
        return monitoringDocument({
          ...machines,
          artifacts: machine.artifacts,
          releaseSha256: args.release.sha256,
          cloud: { apiUrl: cloud.apiUrl, location: cloud.location, apiKey },
          tokens: { lbAgent, webhook, webhookHmac, operator },
          pool: poolFile(config, { namePrefix, seed, protectedVmUuids }),
          alerting: monitoringAlerting(config, stack, { webhookHmac, grafanaAdmin }),
          scrapeIntervalSeconds: monitoring.scrapeIntervalSeconds,
          retention: monitoring.retention,
          scalerEnvironment: {
            TICK_INTERVAL_MS: monitoring.tickIntervalMs,
            METRIC_WINDOW_SECONDS: monitoring.cpuWindowSeconds,
          },
        });
      });
    const setUp = new MachineRelease(
      `${name}-set-up`,
      { machine, release: args.release, document },
      { parent: this },
    );
    const { alerting } = monitoring;
    this.#applyGrafana(name, args, setUp);
    if (alerting.kind === "external-grafana") {
      const objects = pulumi
        .all([machine.privateIpv4, tokens.webhook, tokens.webhookHmac])
        .apply(([privateIpv4, webhookToken, webhookHmac]) =>
          externalGrafanaObjects(config, stack, { privateIpv4, webhookToken, webhookHmac }),
        );
      new GrafanaObjects(
        `${name}-grafana`,
        { url: alerting.url, token: pulumi.secret(alerting.token), objects: pulumi.secret(objects) },
        { parent: this, dependsOn: setUp },
      );
    }
    this.registerOutputs({ scalerUrl: this.scalerUrl });
  }
  /** Runs again when anything that Grafana is to hold has changed; a refusal fails with Grafana's own words. */
  #applyGrafana(name: string, { machine, config }: MonitoringArgs, setUp: MachineRelease): void {
    const alerting = monitoringAlerting(config, pulumi.getStack(), { webhookHmac: "", grafanaAdmin: "" });
    if (alerting.kind !== "grafana") return;
    const { wanted, applyProgram } = alerting.grafana;
    const mark = createHash("sha256")
      .update(JSON.stringify([wanted, applyProgram]))
      .digest("hex")
      .slice(0, 12);
    new remote.Command(
      `${name}-grafana`,
      {
        connection: machine.directConnection(),
        create: pulumi.interpolate`sudo python3 ${GRAFANA_APPLY} # of ${mark}`,
        triggers: [machine.vmUuid],
        logging: remote.Logging.None,
        addPreviousOutputInEnv: false,
      },
      { parent: this, dependsOn: setUp },
    );
  }
}
