import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/** What our processes show each other, and the operator shows them. */
export class Tokens extends pulumi.ComponentResource {
  readonly lbAgent: pulumi.Output<string>;
  readonly webhook: pulumi.Output<string>;
  /** What the bodies of alerts are signed with. */
  readonly webhookHmac: pulumi.Output<string>;
  readonly operator: pulumi.Output<string>;
  readonly grafanaAdmin: pulumi.Output<string>;
  readonly grafanaSecretKey: pulumi.Output<string>;

  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("autoscaler:infra:Tokens", name, {}, opts);
    const token = (use: string) =>
      new random.RandomPassword(`${name}-${use}`, { length: 40, special: false }, { parent: this }).result;
    this.lbAgent = token("lb-agent");
    this.webhook = token("webhook");
    this.webhookHmac = token("webhook-hmac");
    this.operator = token("operator");
    this.grafanaAdmin = token("grafana-admin");
    this.grafanaSecretKey = token("grafana-encryption-key");
    this.registerOutputs({});
  }
}
