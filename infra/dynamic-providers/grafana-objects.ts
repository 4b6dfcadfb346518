import type { GrafanaObjectsInputs } from "@autoscaler/alerting/grafana-api/provider.ts";
import * as pulumi from "@pulumi/pulumi";
import { createShell, ShellResource } from "./shell.ts";

const provider = createShell(() => import("@autoscaler/alerting/grafana-api/provider.ts"));

export type GrafanaObjectsArgs = {
  readonly [Key in keyof GrafanaObjectsInputs]: pulumi.Input<GrafanaObjectsInputs[Key]>;
};

/** A folder with data source, contact points, rules and dashboards in a Grafana that runs elsewhere. */
export class GrafanaObjects extends ShellResource {
  constructor(name: string, args: GrafanaObjectsArgs, opts?: pulumi.CustomResourceOptions) {
    const secret = pulumi.mergeOptions(opts, { additionalSecretOutputs: ["token", "objects"] });
    super({ provider, type: "GrafanaObjects", name, args: { ...args, drift: undefined }, opts: secret });
  }
}
