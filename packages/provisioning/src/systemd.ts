export interface ServiceUnit {
  readonly description: string;
  /** Absent: root. */
  readonly user?: string;
  readonly command: readonly string[];
  /** Absolute path of an `EnvironmentFile`. */
  readonly environmentFile?: string;
  readonly workingDirectory?: string;
  /** Credential names, see `credentialPath`. */
  readonly credentials?: readonly string[];
  /** Names under `/var/lib`, made and owned by the user. */
  readonly stateDirectories?: readonly string[];
  readonly after?: readonly string[];
  /** Lets the process open ports below 1024. */
  readonly lowPorts?: boolean;
  /** Only these networks may reach the process, and it only them (needs cgroup v2; elsewhere without effect). */
  readonly networks?: readonly string[];
  readonly stopTimeoutSeconds?: number;
  /** Shows the machine's own /proc, over which a container may have put its own view of CPU and memory. */
  readonly seesMachinesProc?: boolean;
}

/** What no process of ours needs. */
const HARDENING = [
  "NoNewPrivileges=yes",
  "ProtectSystem=strict",
  "ProtectHome=yes",
  "PrivateTmp=yes",
  "PrivateDevices=yes",
  "ProtectKernelModules=yes",
  "RestrictSUIDSGID=yes",
  "RestrictRealtime=yes",
  "LockPersonality=yes",
  "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK",
  "SystemCallArchitectures=native",
  "UMask=0022",
];

/** These give the process a new /proc and /sys (systemd.exec, MountAPIVFS=). */
const OWN_API_FILE_SYSTEMS = ["ProtectKernelTunables=yes", "ProtectControlGroups=yes"];

/** Text of a long-running unit: own user, hardened, restarted on failure. */
export function serviceUnit(unit: ServiceUnit): string {
  const capabilities = unit.lowPorts === true ? "CAP_NET_BIND_SERVICE" : "";
  return lines([
    "[Unit]",
    `Description=${unit.description}`,
    `After=${["network-online.target", ...(unit.after ?? [])].join(" ")}`,
    "Wants=network-online.target",
    "StartLimitIntervalSec=0",
    "",
    "[Service]",
    ...given("User", unit.user),
    ...given("EnvironmentFile", unit.environmentFile),
    ...given("WorkingDirectory", unit.workingDirectory),
    ...(unit.credentials ?? []).map((name) => `LoadCredential=${name}:/etc/autoscaler/credentials/${name}`),
    ...given("StateDirectory", unit.stateDirectories?.join(" ")),
    `ExecStart=${unit.command.map(quoteArgument).join(" ")}`,
    "Restart=on-failure",
    "RestartSec=1",
    `TimeoutStopSec=${unit.stopTimeoutSeconds ?? 30}`,
    "LimitNOFILE=65536",
    `CapabilityBoundingSet=${capabilities}`,
    `AmbientCapabilities=${capabilities}`,
    ...HARDENING,
    ...(unit.seesMachinesProc === true ? [] : OWN_API_FILE_SYSTEMS),
    ...given("IPAddressAllow", unit.networks?.join(" ")),
    ...(unit.networks === undefined ? [] : ["IPAddressDeny=any"]),
    "",
    "[Install]",
    "WantedBy=multi-user.target",
  ]);
}

/** Text of an `EnvironmentFile`. Values are quoted, so any character but a line break is safe. */
export function environmentFile(variables: Readonly<Record<string, string | number>>): string {
  return lines(Object.entries(variables).map(([name, value]) => `${name}=${quoteValue(String(value))}`));
}

function quoteValue(value: string): string {
  return `"${value.replace(/["\\$`]/g, "\\$&")}"`;
}

/** systemd expands `%` and `$` in commands and splits them at blanks. */
function quoteArgument(argument: string): string {
  const escaped = argument.replaceAll("%", "%%").replaceAll("$", "$$$$");
  return /^[^\s"'\\;]+$/.test(escaped) ? escaped : `"${escaped.replace(/["\\]/g, "\\$&")}"`;
}

function given(key: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [`${key}=${value}`];
}

function lines(all: readonly string[]): string {
  return `${all.join("\n")}\n`;
}
