export {
  type ApplyDocument,
  type ArtifactInstall,
  credentialFile,
  type MachineFile,
  rootFile,
} from "./apply-document.ts";
export { type ArtifactName, type ArtifactSettings, artifactInstalls, artifactNames } from "./artifacts.ts";
export { type BundleEntries, bundleText } from "./bundle.ts";
export { buildRelease, type Release, type ReleaseSource } from "./release.ts";
export type { AlertingParts } from "./roles/alerting-parts.ts";
export { artifactsOfRole, type Role, uploadedArchive } from "./roles/common.ts";
export { type LoadBalancerSettings, loadBalancerDocument } from "./roles/load-balancer.ts";
export { type MonitoringSettings, monitoringDocument } from "./roles/monitoring.ts";
export { type SeedSettings, seedDocument } from "./roles/seed.ts";
export { renderTemplate } from "./template.ts";
