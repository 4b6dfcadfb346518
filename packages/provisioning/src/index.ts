export {
  type ApplyDocument,
  type ArtifactInstall,
  credentialFile,
  type MachineFile,
  rootFile,
} from "./apply-document.ts";
export { type ArtifactName, type ArtifactSettings, artifactInstalls, artifactNames } from "./artifacts.ts";
export type { BundleEntries } from "./bundle.ts";
export { buildRelease, type Release, type ReleaseSource } from "./release.ts";
export { artifactsOfAlerting, artifactsOfRole, type Role, uploadedArchive } from "./roles/common.ts";
export { GRAFANA_APPLY, GRAFANA_DASHBOARDS, GRAFANA_PORT } from "./roles/grafana.ts";
export { type LoadBalancerSettings, loadBalancerDocument } from "./roles/load-balancer.ts";
export { type MonitoringAlerting, type MonitoringSettings, monitoringDocument } from "./roles/monitoring.ts";
export { type SeedSettings, seedDocument } from "./roles/seed.ts";
export { renderTemplate } from "./template.ts";
