import { monitoringDocument, type Release } from "@autoscaler/provisioning";
import * as pulumi from "@pulumi/pulumi";
import { alertmanagerConfiguration } from "../alerting/alertmanager.ts";
import { prometheusRules } from "../alerting/prometheus-rules.ts";
import type { StackConfig } from "../config.ts";
import type { Machine } from "./machine.ts";
import { MachineRelease } from "./release.ts";
import type { Tokens } from "./tokens.ts";

export interface MonitoringArgs {
  readonly machine: Machine;
  readonly seed: Machine;
  readonly loadBalancer: Machine;
  readonly config: StackConfig;
  readonly prefix: pulumi.Output<string>;
  readonly networkCidr: pulumi.Output<string>;
  readonly release: Release;
  readonly tokens: Tokens;
}

/** Prometheus, Alertmanager and the scaler, on the machine that is also the bastion. */
export class Monitoring extends pulumi.ComponentResource {
  readonly scalerUrl: pulumi.Output<string>;

  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("autoscaler:infra:Monitoring", name, {}, opts);
    const { machine, seed, loadBalancer, config, tokens } = args;
    const { pool, monitoring, cloud, service } = config;
    const ruleSettings = {
      pool: pool.name,
      policy: pool.policy,
      cpuWindowSeconds: monitoring.cpuWindowSeconds,
    };
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
        operator: tokens.operator,
        loadBalancer: { name: loadBalancer.hostName, privateIpv4: loadBalancer.privateIpv4 },
        seed: { name: seed.hostName, vmUuid: seed.vmUuid, privateIpv4: seed.privateIpv4 },
        protectedVmUuids: [loadBalancer.vmUuid, machine.vmUuid, seed.vmUuid],
      })
      .apply(({ namePrefix, apiKey, lbAgent, webhook, operator, seed, protectedVmUuids, ...known }) =>
        monitoringDocument({
          ...known,
          artifacts: machine.artifacts,
          releaseSha256: args.release.sha256,
          cloud: { apiUrl: cloud.apiUrl, location: cloud.location, apiKey },
          tokens: { lbAgent, webhook, operator },
          pool: {
            pool: pool.name,
            namePrefix,
            seed,
            protectedVmUuids,
            servicePort: service.port,
            keepPublicIp: pool.keepPublicIp,
            policy: pool.policy,
          },
          rules: prometheusRules(ruleSettings),
          alertmanager: alertmanagerConfiguration(),
          scrapeIntervalSeconds: monitoring.scrapeIntervalSeconds,
          retention: monitoring.retention,
          scalerEnvironment: {
            TICK_INTERVAL_MS: monitoring.tickIntervalMs,
            METRIC_WINDOW_SECONDS: monitoring.cpuWindowSeconds,
          },
        }),
      );
    new MachineRelease(`${name}-set-up`, { machine, release: args.release, document }, { parent: this });
    this.registerOutputs({ scalerUrl: this.scalerUrl });
  }
}
