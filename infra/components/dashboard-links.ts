import { GRAFANA_PORT } from "@autoscaler/provisioning";
import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../config.ts";

/** One SSH session opens all of these on this machine's loopback; a Grafana elsewhere has its own address. */
export function dashboardLinks(
  { monitoring: { alerting } }: StackConfig,
  sshCommand: pulumi.Output<string>,
): Readonly<Record<string, pulumi.Output<string> | string>> {
  const engine = {
    grafana: { port: GRAFANA_PORT, name: "grafana" },
    prometheus: { port: 9093, name: "alertmanager" },
    "external-grafana": undefined,
  }[alerting.kind];
  const ports = [4000, 9090, ...(engine === undefined ? [] : [engine.port])];
  const forwards = ports.map((port) => `-L ${port}:127.0.0.1:${port}`).join(" ");
  return {
    tunnel: pulumi.interpolate`${sshCommand} -N ${forwards}`,
    scaler: "http://127.0.0.1:4000/",
    prometheus: "http://127.0.0.1:9090/",
    ...(engine === undefined ? {} : { [engine.name]: `http://127.0.0.1:${engine.port}/` }),
    ...(alerting.kind === "external-grafana" ? { grafana: alerting.url } : {}),
  };
}
