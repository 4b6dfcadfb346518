import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { Alerting, machineAlerting } from "./components/alerting.ts";
import { buildAll } from "./components/builds.ts";
import { CloneKeys } from "./components/clone-keys.ts";
import { dashboardLinks } from "./components/dashboard-links.ts";
import { LoadBalancer } from "./components/load-balancer.ts";
import { Machine } from "./components/machine.ts";
import { Monitoring } from "./components/monitoring.ts";
import { ServiceSeed } from "./components/service-seed.ts";
import { Tokens } from "./components/tokens.ts";
import { ClonePool } from "./dynamic-providers/clone-pool.ts";
import { Network } from "./dynamic-providers/network.ts";
import { SshKeyPair } from "./dynamic-providers/ssh-key-pair.ts";
import { readStackConfig } from "./stack.ts";

const config = readStackConfig();
const builds = buildAll(config.service);

const suffix = new random.RandomString("prefix", { length: 6, upper: false, special: false });
export const prefix = pulumi.interpolate`${pulumi.getStack()}-${suffix.result}`;

const machineNames = prefix.apply((name) => ["seed", "lb", "monitor"].map((role) => `${name}-${role}`));

const tokens = new Tokens("token");
const deployKey = new SshKeyPair("deploy-key", {
  comment: `${pulumi.getStack()}-deploy`,
  location: config.cloud.location,
  machineNames,
});

// In version 0.1.0 these two were children of a component.
const aliases = [{ parent: pulumi.createUrn("network", "autoscaler:infra:PoolNetwork") }];
const network = new Network(
  "network-vpc",
  { name: pulumi.interpolate`${prefix}-network`, location: config.cloud.location, machineNames },
  { aliases },
);
/**
 * Makes nothing; `destroy` removes every clone here, and what a run left that was killed. All machines depend on
 * it, so the scaler is off before the clones go, and the clones go before their network.
 */
const clonePool = new ClonePool(
  "network-clones",
  {
    location: config.cloud.location,
    pool: config.pool.name,
    clonePrefix: pulumi.interpolate`${prefix}-c-`,
    networkUuid: network.id,
    machineNames,
    pollIntervalMs: config.cloud.pollIntervalMs,
    quietSeconds: config.pool.destroyQuietSeconds,
  },
  { aliases },
);

const shared = { prefix, config, networkUuid: network.id, networkCidr: network.cidr, deployKey };
const after = { dependsOn: clonePool };
const seedMachine = new Machine("seed", { ...shared, role: "seed", publicIp: "set-up" }, after);
const lbMachine = new Machine("lb", { ...shared, role: "lb", publicIp: "kept" }, after);
const monitorMachine = new Machine("monitor", { ...shared, role: "monitor", publicIp: "kept" }, after);

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
    authorizeOnClones: builds.authorizeOnClones,
    alerting: machineAlerting(config, tokens, builds.grafanaApply),
  },
  { dependsOn: [seed, loadBalancer] },
);
// After the seed: what is cloned later has the list from there.
new CloneKeys("clone-keys", { machine: monitorMachine, deployKey }, { dependsOn: [seed, monitoring] });
// Rules, contact points and dashboards: from the policy, as everything that has a threshold in it.
new Alerting("alerting", { config, machine: monitorMachine, tokens }, { dependsOn: monitoring });

export const serviceUrl = loadBalancer.serviceUrl;
/** What a client typically asks; `npm start` sends it. */
export const exampleRequest = config.service.exampleRequest;
export const pool = config.pool.name;
export const scalerUrl = monitoring.scalerUrl;
export const operatorToken = tokens.operator;
export const sshPrivateKey = deployKey.privateKey;
export const sshKnownHosts = pulumi.interpolate`${monitorMachine.publicIpv4} ${monitorMachine.hostKey}`;
export const sshCommand = pulumi.interpolate`ssh -i autoscaler.key ops@${monitorMachine.publicIpv4}`;
/** One SSH session opens them all on this machine's loopback. */
export const dashboards = dashboardLinks(config, sshCommand);
export const grafanaPassword = tokens.grafanaAdmin;
