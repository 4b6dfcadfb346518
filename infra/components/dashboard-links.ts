import { ports } from "@autoscaler/contracts/ports.ts";
import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../config.ts";

/** One SSH session opens all of these on this machine's loopback; a Grafana elsewhere has its own address. */
export function dashboardLinks(
  { monitoring: { alerting } }: StackConfig,
  sshCommand: pulumi.Output<string>,
): Readonly<Record<string, pulumi.Output<string> | string>> {
  const engine = {
    grafana: { port: ports.grafana, name: "grafana" },
    prometheus: { port: ports.alertmanager, name: "alertmanager" },
    "external-grafana": undefined,
  }[alerting.kind];
  const open = [ports.scaler, ports.prometheus, ...(engine === undefined ? [] : [engine.port])];
  const forwards = open.map((port) => `-L ${port}:127.0.0.1:${port}`).join(" ");
  return {
    tunnel: pulumi.interpolate`${sshCommand} -N ${forwards}`,
    scaler: `http://127.0.0.1:${ports.scaler}/`,
    prometheus: `http://127.0.0.1:${ports.prometheus}/`,
    ...(engine === undefined ? {} : { [engine.name]: `http://127.0.0.1:${engine.port}/` }),
    ...(alerting.kind === "external-grafana" ? { grafana: alerting.url } : {}),
  };
}
