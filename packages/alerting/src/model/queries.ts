import { cpuPercent, cpuPercentByServer, meanCpuPercent, shrinkBelowPercent } from "@autoscaler/scaling-core";
import type { AlertingSettings } from "./settings.ts";

/** A window that holds at least four scrapes, for rates of what is not CPU. */
function rateWindow({ scrapeIntervalSeconds }: AlertingSettings): string {
  return `${Math.max(30, 4 * scrapeIntervalSeconds)}s`;
}

/** Every expression that rules and dashboards share. An expression that a rule uses gives a number also when all is well. */
export function fleetQueries(settings: AlertingSettings) {
  const { pool, policy, cpuWindowSeconds } = settings;
  const cpuQuery = { pool, windowSeconds: cpuWindowSeconds };
  const byServer = cpuPercentByServer(cpuQuery);
  const mean = meanCpuPercent(cpuQuery);
  const members = `count(up{job="service",pool="${pool}"})`;
  const measured = `count(${byServer})`;
  const window = rateWindow(settings);
  const scaler = (metric: string, more = "") => `${metric}{job="scaler",pool="${pool}"${more}}`;
  const service = `service="${pool}@file"`;
  const machine = `job=~"service|node"`;
  const cpuSeconds = (more = "") =>
    `sum by (server) (rate(node_cpu_seconds_total{${machine}${more}}[${window}]))`;
  const disk = `${machine},mountpoint="/",fstype!="tmpfs"`;

  return {
    meanCpuPercent: mean,
    cpuPercentByServer: byServer,
    measuredServers: measured,
    members,
    /**
     * How many servers the present load could do without, 0 inside the band. 0 also while a member of the
     * pool has no reading (it has vanished, or is new): missing data never asks for fewer servers.
     */
    excessServers: `(${measured} - clamp_min(ceil(sum(${byServer}) / ${policy.targetPercent} - 1e-9), ${policy.minSize})) * (${mean} < bool ${shrinkBelowPercent(policy)}) * (${measured} >= bool ${members})`,
    /** Load of a pool that has its greatest size, 0 of a smaller one. */
    loadAtMaximumPercent: `${mean} * (${members} >= bool ${policy.maxSize})`,
    measuredOrNone: `${measured} or vector(0)`,
    /** Grows on through a scrape that failed; without any tick in 5 min it is a day. */
    secondsSinceTick: `(time() - max(max_over_time(${scaler("scaler_last_tick_timestamp_seconds")}[5m]))) or vector(86400)`,
    healthyBackends: `sum(traefik_service_server_up{job="traefik",${service}}) or vector(0)`,
    serversNeverReady: `sum(increase(${scaler("scaler_call_failures_total", ',call="serverReady"')}[10m]))`,
    untrackedMachines: `sum(increase(${scaler("scaler_call_failures_total", ',call="untrackedMachine"')}[10m]))`,
    brokenInvariants: `sum(increase(${scaler("scaler_invariant_violations_total")}[10m]))`,
    /** Of a certificate that was renewed Traefik keeps the old end too, until its restart. */
    certificateDays: `(min(max by (cn, sans) (traefik_tls_certs_not_after{job="traefik",cn!="TRAEFIK DEFAULT CERT"})) - time()) / 86400`,
    diskPercent: `100 * (1 - min by (server) (node_filesystem_avail_bytes{${disk}} / node_filesystem_size_bytes{${disk}}))`,

    desiredSize: `max(${scaler("scaler_desired_size")})`,
    inService: `max(${scaler("scaler_in_service_servers")})`,
    clonesByPhase: `sum by (phase) (${scaler("scaler_servers")})`,
    sizeGrew: `max(${scaler("scaler_desired_size")}) - max(${scaler("scaler_desired_size")} offset 15s) > 0`,
    sizeShrank: `max(${scaler("scaler_desired_size")}) - max(${scaler("scaler_desired_size")} offset 15s) < 0`,
    requestsPerSecond: `sum(rate(traefik_service_requests_total{job="traefik",${service}}[${window}]))`,
    failedPerSecond: `sum(rate(traefik_service_requests_total{job="traefik",${service},code=~"5.."}[${window}])) or 0 * sum(rate(traefik_service_requests_total{job="traefik",${service}}[${window}]))`,
    latencySeconds: (quantile: number) =>
      `histogram_quantile(${quantile}, sum by (le) (rate(traefik_service_request_duration_seconds_bucket{job="traefik",${service}}[${window}])))`,
    legSeconds: `histogram_quantile(0.95, sum by (le, leg) (increase(${scaler("scaler_reaction_leg_seconds_bucket")}[30m])))`,
    callFailures: `sum by (call) (increase(${scaler("scaler_call_failures_total")}[5m])) > 0`,
    tickAgeSeconds: `time() - max(${scaler("scaler_last_tick_timestamp_seconds")})`,
    tickSeconds: `histogram_quantile(0.95, sum by (le) (rate(${scaler("scaler_tick_seconds_bucket")}[5m])))`,
    rupiahPerHour: `(${members} + count(up{job="node"})) * ${settings.rupiahPerServerHour}`,

    machineCpuPercent: cpuPercent(machine, window),
    /** Time in which the machine wanted to run and its host ran others (steal). */
    machineStolenPercent: `100 * ${cpuSeconds(',mode="steal"')} / ${cpuSeconds()}`,
    machineMemoryPercent: `100 * (1 - sum by (server) (node_memory_MemAvailable_bytes{${machine}}) / sum by (server) (node_memory_MemTotal_bytes{${machine}}))`,
    machineReceivedBytes: `sum by (server) (rate(node_network_receive_bytes_total{${machine},device!="lo"}[${window}]))`,
    machineSentBytes: `sum by (server) (rate(node_network_transmit_bytes_total{${machine},device!="lo"}[${window}]))`,
    machineWaitingPercent: `100 * sum by (server) (rate(node_pressure_cpu_waiting_seconds_total{${machine}}[${window}]))`,
    machineLoad: `max by (server) (node_load1{${machine}})`,
    machineDiskBytesPerSecond: `sum by (server) (rate(node_disk_written_bytes_total{${machine}}[${window}]))`,
    machineUp: `max by (server) (up{${machine}})`,
    machineUptimeSeconds: `time() - max by (server) (node_boot_time_seconds{${machine}})`,
  };
}
