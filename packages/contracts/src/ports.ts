/** The TCP ports of everything that runs on the VMs; the service's own is the user's to choose. */
export const ports = {
  http: 80,
  grafana: 3000,
  scaler: 4000,
  lbAgent: 4100,
  traefikApi: 8080,
  traefikMetrics: 8082,
  prometheus: 9090,
  alertmanager: 9093,
  nodeExporter: 9100,
} as const;
