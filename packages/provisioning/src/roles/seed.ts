import { ports } from "@autoscaler/contracts/ports.ts";
import { type ApplyDocument, type ArtifactInstall, rootFile, unitPath } from "../apply-document.ts";
import { environmentFile, serviceUnit } from "../systemd.ts";
import { type CommonSettings, commonParts, currentRelease, uploadedArchive } from "./common.ts";

export interface SeedSettings extends CommonSettings {
  readonly artifacts: readonly ArtifactInstall[];
  readonly releaseSha256: string;
  readonly privateIpv4: string;
  readonly service: {
    readonly command: readonly string[];
    readonly port: number;
    readonly healthPath: string;
    readonly environment: Readonly<Record<string, string>>;
  };
  /** Text of `cloud-init/clone-identity.sh`. */
  readonly cloneIdentityScript: string;
}

const ENVIRONMENT_FILE = "/etc/autoscaler/service.env";
const IDENTITY_SCRIPT = "/usr/local/sbin/clone-identity";

/** Before the service and sshd: a clone must not answer under the seed's name and keys. */
const CLONE_IDENTITY_UNIT = `[Unit]
Description=Gives a clone of this machine its own identity
After=cloud-init.service
Before=service.service node-exporter.service ssh.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${IDENTITY_SCRIPT}

[Install]
WantedBy=multi-user.target
`;

/** The user's service and what a clone of its machine needs. */
export function seedDocument(settings: SeedSettings): ApplyDocument {
  const common = commonParts(settings);
  const { service } = settings;
  const unit = serviceUnit({
    description: "The service of the pool",
    user: "service",
    command: service.command,
    workingDirectory: currentRelease("service"),
    environmentFile: ENVIRONMENT_FILE,
    stateDirectories: ["service"],
    after: ["clone-identity.service"],
    stopTimeoutSeconds: 60,
  });
  return {
    artifacts: settings.artifacts,
    users: ["service", ...common.users],
    files: [
      rootFile(IDENTITY_SCRIPT, settings.cloneIdentityScript, "0755"),
      rootFile(unitPath("clone-identity.service"), CLONE_IDENTITY_UNIT),
      rootFile(
        ENVIRONMENT_FILE,
        environmentFile({ HOST: "0.0.0.0", PORT: service.port, ...service.environment }),
      ),
      rootFile(unitPath("service.service"), unit),
      ...common.files,
    ],
    releases: [{ unit: "service", archive: uploadedArchive("service"), sha256: settings.releaseSha256 }],
    units: [
      { name: "clone-identity.service", uses: [IDENTITY_SCRIPT] },
      ...common.units,
      { name: "service.service", uses: ["node", "service", ENVIRONMENT_FILE] },
    ],
    health: [
      {
        url: `http://${settings.privateIpv4}:${ports.nodeExporter}/`,
        unit: "node-exporter.service",
        timeoutSeconds: 60,
      },
      {
        url: `http://${settings.privateIpv4}:${service.port}${service.healthPath}`,
        unit: "service.service",
        timeoutSeconds: 120,
      },
    ],
  };
}
