import * as pulumi from "@pulumi/pulumi";
import { ClonePool } from "../dynamic-providers/clone-pool.ts";
import { Network } from "../dynamic-providers/network.ts";

export interface PoolNetworkArgs {
  readonly prefix: pulumi.Output<string>;
  readonly pollIntervalMs: number;
  /** How long no clone must be seen at the end. */
  readonly destroyQuietSeconds: number;
}

/** The private network that all machines share, and the end of the clones in it. */
export class PoolNetwork extends pulumi.ComponentResource {
  readonly uuid: pulumi.Output<string>;
  readonly cidr: pulumi.Output<string>;
  /** The scaler's machine depends on it: so it is off before the clones go, and they go before the network. */
  readonly clonePool: pulumi.Resource;

  constructor(name: string, args: PoolNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("autoscaler:infra:PoolNetwork", name, {}, opts);
    const network = new Network(
      `${name}-vpc`,
      { name: pulumi.interpolate`${args.prefix}-network` },
      { parent: this },
    );
    this.uuid = network.id;
    this.cidr = network.cidr;
    this.clonePool = new ClonePool(
      `${name}-clones`,
      {
        clonePrefix: pulumi.interpolate`${args.prefix}-c-`,
        networkUuid: network.id,
        pollIntervalMs: args.pollIntervalMs,
        quietSeconds: args.destroyQuietSeconds,
      },
      { parent: this },
    );
    this.registerOutputs({ uuid: this.uuid, cidr: this.cidr });
  }
}
