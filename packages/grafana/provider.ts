/** States that version 0.1.0 wrote load their Grafana provider by this name. */
export { provider } from "@autoscaler/alerting/grafana-api/provider.ts";
