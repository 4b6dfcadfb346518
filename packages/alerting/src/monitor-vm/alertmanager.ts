import { ports } from "@autoscaler/contracts/ports.ts";
import {
  credentialFile,
  credentialPath,
  type HealthCheck,
  type MachineFile,
  rootFile,
  unitPath,
} from "@autoscaler/provisioning/apply-document.ts";
import type { AlertingParts } from "@autoscaler/provisioning/roles/alerting-parts.ts";
import { binDirectory } from "@autoscaler/provisioning/roles/common.ts";
import { serviceUnit } from "@autoscaler/provisioning/systemd.ts";

const CONFIGURATION = "alertmanager-configuration";
/** The publisher's build has them inside; Debian's does not start without the files. A webhook needs no text of them. */
const DEBIAN_TEMPLATES = ["default.tmpl", "email.tmpl"].map(
  (name) => `/usr/share/prometheus/alertmanager/${name}`,
);

/** Alertmanager. Its configuration is a credential: with people's contact points it holds their secrets. */
export function alertmanagerParts(configuration: string): AlertingParts {
  const unit = serviceUnit({
    description: "Alertmanager: wakes the scaler",
    user: "alertmanager",
    command: [
      `${binDirectory}/alertmanager`,
      `--config.file=/run/credentials/alertmanager.service/${CONFIGURATION}`,
      "--storage.path=/var/lib/alertmanager",
      `--web.listen-address=127.0.0.1:${ports.alertmanager}`,
      "--cluster.listen-address=",
    ],
    credentials: ["webhook-token", CONFIGURATION],
    stateDirectories: ["alertmanager"],
  });
  const files: readonly MachineFile[] = [
    credentialFile(CONFIGURATION, configuration),
    ...DEBIAN_TEMPLATES.map((path) => rootFile(path, "")),
    rootFile(unitPath("alertmanager.service"), unit),
  ];
  const health: readonly HealthCheck[] = [
    {
      url: `http://127.0.0.1:${ports.alertmanager}/-/ready`,
      unit: "alertmanager.service",
      timeoutSeconds: 60,
    },
  ];
  return {
    users: ["alertmanager"],
    files,
    units: [
      {
        name: "alertmanager.service",
        uses: [
          "alertmanager",
          credentialPath("webhook-token"),
          credentialPath(CONFIGURATION),
          ...DEBIAN_TEMPLATES,
        ],
      },
    ],
    health,
  };
}
