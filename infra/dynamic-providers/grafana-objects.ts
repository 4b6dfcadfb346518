import type { GrafanaObjectsInputs } from "@autoscaler/alerting/grafana-api/provider.ts";
import * as pulumi from "@pulumi/pulumi";
import { createShell } from "./shell.ts";

const provider = createShell(() => import("@autoscaler/alerting/grafana-api/provider.ts"));

export type GrafanaObjectsArgs = {
  readonly [Key in keyof GrafanaObjectsInputs]: pulumi.Input<GrafanaObjectsInputs[Key]>;
};

/** A folder with data source, contact points, rules and dashboards in a Grafana that runs elsewhere. */
export class GrafanaObjects extends pulumi.dynamic.Resource {
  constructor(name: string, args: GrafanaObjectsArgs, opts?: pulumi.CustomResourceOptions) {
    const secret = pulumi.mergeOptions(opts, { additionalSecretOutputs: ["token", "objects"] });
    super(provider, name, { ...args, drift: undefined }, secret, "idcloudhost", "GrafanaObjects");
  }
}
