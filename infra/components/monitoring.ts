import { ports } from "@autoscaler/contracts/ports.ts";
import { type AlertingParts, monitoringDocument, type Release } from "@autoscaler/provisioning";
import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../config.ts";
import type { Machine } from "./machine.ts";
import { poolFile, releaseOfSeed } from "./pool-file.ts";
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
  /** Text of the program that tells clones who may log in. */
  readonly authorizeOnClones: string;
  /** What evaluates the alerts, as far as it is on this machine. */
  readonly alerting: pulumi.Output<AlertingParts>;
}

/** Prometheus, what evaluates the alerts, and the scaler, on the machine that is also the bastion. */
export class Monitoring extends pulumi.ComponentResource {
  readonly scalerUrl: pulumi.Output<string>;

  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("autoscaler:infra:Monitoring", name, {}, opts);
    const { machine, seed, loadBalancer, config, tokens } = args;
    const { monitoring, cloud } = config;
    this.scalerUrl = pulumi.interpolate`http://${machine.privateIpv4}:${ports.scaler}`;
    const document = pulumi
      .output({
        privateIpv4: machine.privateIpv4,
        monitorName: machine.hostName,
        networkCidr: args.networkCidr,
        authorizedKeys: machine.authorizedKeys,
        namePrefix: args.prefix,
        apiKey: pulumi.secret(cloud.apiKey),
        lbAgent: tokens.lbAgent,
        webhook: tokens.webhook,
        webhookHmac: tokens.webhookHmac,
        operator: tokens.operator,
        alerting: args.alerting,
        loadBalancer: { name: loadBalancer.hostName, privateIpv4: loadBalancer.privateIpv4 },
        seed: {
          name: seed.hostName,
          vmUuid: seed.vmUuid,
          privateIpv4: seed.privateIpv4,
          release: releaseOfSeed(config, args.serviceRelease, seed.artifacts),
        },
        protectedVmUuids: [loadBalancer.vmUuid, machine.vmUuid, seed.vmUuid],
      })
      .apply(({ namePrefix, apiKey, seed, protectedVmUuids, ...known }) => {
        const { lbAgent, webhook, webhookHmac, operator, ...machines } = known;
        return monitoringDocument({
          ...machines,
          artifacts: machine.artifacts,
          releaseSha256: args.release.sha256,
          cloud: { apiUrl: cloud.apiUrl, location: cloud.location, apiKey },
          tokens: { lbAgent, webhook, webhookHmac, operator },
          pool: poolFile(config, { namePrefix, seed, protectedVmUuids }),
          scrapeIntervalSeconds: monitoring.scrapeIntervalSeconds,
          retention: monitoring.retention,
          scalerEnvironment: {
            TICK_INTERVAL_MS: monitoring.tickIntervalMs,
            METRIC_WINDOW_SECONDS: monitoring.cpuWindowSeconds,
            HEARTBEAT_URL: monitoring.heartbeatUrl ?? "",
          },
          authorizeOnClones: args.authorizeOnClones,
        });
      });
    new MachineRelease(`${name}-set-up`, { machine, release: args.release, document }, { parent: this });
    this.registerOutputs({ scalerUrl: this.scalerUrl });
  }
}
