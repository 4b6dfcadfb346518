/** The header names that Grafana's own documentation uses. */
export const SIGNATURE_HEADER = "X-Grafana-Alerting-Signature";
export const TIMESTAMP_HEADER = "X-Grafana-Alerting-Timestamp";
