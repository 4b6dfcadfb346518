import { credentialPath } from "@autoscaler/provisioning/apply-document.ts";

/** Name of the credential with the password of Grafana's user `admin`, and where root finds it. */
export const ADMIN_PASSWORD = "grafana-admin-password";
export const ADMIN_PASSWORD_FILE = credentialPath(ADMIN_PASSWORD);
