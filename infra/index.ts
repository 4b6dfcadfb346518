import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { buildAll } from "./components/builds.ts";
import { dashboardLinks } from "./components/dashboard-links.ts";
import { LoadBalancer } from "./components/load-balancer.ts";
import { Machine } from "./components/machine.ts";
import { Monitoring } from "./components/monitoring.ts";
import { PoolNetwork } from "./components/network.ts";
import { ServiceSeed } from "./components/service-seed.ts";
import { Tokens } from "./components/tokens.ts";
import { SshKeyPair } from "./dynamic-providers/ssh-key-pair.ts";
import { readStackConfig } from "./stack.ts";

const config = readStackConfig();
const builds = buildAll(config.service);

const suffix = new random.RandomString("prefix", { length: 6, upper: false, special: false });
export const prefix = pulumi.interpolate`${pulumi.getStack()}-${suffix.result}`;

const tokens = new Tokens("token");
const deployKey = new SshKeyPair("deploy-key", { comment: `${pulumi.getStack()}-deploy` });
const network = new PoolNetwork("network", {
  prefix,
  pollIntervalMs: config.cloud.pollIntervalMs,
  destroyQuietSeconds: config.pool.destroyQuietSeconds,
});

const shared = { prefix, config, networkUuid: network.uuid, networkCidr: network.cidr, deployKey };
const seedMachine = new Machine("seed", { ...shared, role: "seed", publicIp: "set-up" });
const lbMachine = new Machine("lb", { ...shared, role: "lb", publicIp: "kept" });
// The scaler runs here: it must be gone before the clones are removed.
const monitorMachine = new Machine(
  "monitor",
  { ...shared, role: "monitor", publicIp: "kept" },
  { dependsOn: network.clonePool },
);

const delivery = { config, networkCidr: network.cidr, bastion: monitorMachine };
const seed = new ServiceSeed("service", { ...delivery, machine: seedMachine, release: builds.service });
const loadBalancer = new LoadBalancer("load-balancer", {
  ...delivery,
  machine: lbMachine,
  release: builds.lbAgent,
  seedUrl: seed.url,
  lbAgentToken: tokens.lbAgent,
});
// The scaler starts last: nothing is cloned from a half-made seed.
const monitoring = new Monitoring(
  "monitoring",
  {
    config,
    prefix,
    networkCidr: network.cidr,
    machine: monitorMachine,
    seed: seedMachine,
    serviceRelease: builds.service,
    loadBalancer: lbMachine,
    release: builds.scaler,
    tokens,
  },
  { dependsOn: [seed, loadBalancer] },
);

export const serviceUrl = loadBalancer.serviceUrl;
export const scalerUrl = monitoring.scalerUrl;
export const operatorToken = tokens.operator;
export const sshPrivateKey = deployKey.privateKey;
export const sshKnownHosts = pulumi.interpolate`${monitorMachine.publicIpv4} ${monitorMachine.hostKey}`;
export const sshCommand = pulumi.interpolate`ssh -i autoscaler.key ops@${monitorMachine.publicIpv4}`;
/** One SSH session opens them all on this machine's loopback. */
export const dashboards = dashboardLinks(config, sshCommand);
export const grafanaPassword = tokens.grafanaAdmin;
