import {
  type ApplyDocument,
  type MachineFile,
  type MachineUnit,
  rootFile,
  unitPath,
} from "../apply-document.ts";

const KEYS_FILE = "/etc/ssh/authorized_keys.d/ops";
const SSHD_SETTINGS = "/etc/ssh/sshd_config.d/01-autoscaler.conf";
const UNIT = "authorized-keys.service";
/** How `sshd -T` says it, too. */
const ONLY_OUR_LIST = "authorizedkeysfile /etc/ssh/authorized_keys.d/%u";

/** Tells a running sshd where to look; sshd reads the list itself anew at every login. */
const UNIT_TEXT = `[Unit]
Description=Lets in only who is on the stack's list of SSH keys
After=ssh.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c "mkdir -p /run/sshd; /usr/sbin/sshd -T | grep -qxF '${ONLY_OUR_LIST.replace("%", "%%")}' || { echo 'sshd does not read ${SSHD_SETTINGS}: put the line Include /etc/ssh/sshd_config.d/*.conf at the top of /etc/ssh/sshd_config'; exit 1; }"
ExecStart=/bin/systemctl try-reload-or-restart ssh.service

[Install]
WantedBy=multi-user.target
`;

export interface AuthorizedKeys {
  readonly files: readonly MachineFile[];
  readonly unit: MachineUnit;
}

/**
 * Who may log in as `ops`: the whole list, of which sshd takes no other. What cloud-init wrote at the first
 * boot does not count from then on, nor what it may write anew when a clone boots with its source's user data.
 *
 * @param keys OpenSSH public key lines
 */
export function authorizedKeys(keys: readonly string[]): AuthorizedKeys {
  return {
    files: [
      rootFile(KEYS_FILE, keys.map((key) => `${key}\n`).join("")),
      rootFile(SSHD_SETTINGS, `${ONLY_OUR_LIST}\n`),
      rootFile(unitPath(UNIT), UNIT_TEXT),
    ],
    unit: { name: UNIT, uses: [SSHD_SETTINGS] },
  };
}

/** Program on the monitor VM that writes the list onto the clones: `src/on-vm/authorize-on-clones.ts`. */
export const AUTHORIZE_ON_CLONES = "/opt/autoscaler/lib/authorize-on-clones.mjs";

/** For a clone that exists: it gets only this, as all else of it comes from the seed. */
export function authorizedKeysDocument(keys: readonly string[]): ApplyDocument {
  const { files } = authorizedKeys(keys);
  return { artifacts: [], users: [], files, releases: [], units: [], health: [] };
}

/** Starts on a clone what the document without units does not start: one from before it was there has no such unit. */
export const START_ON_CLONE = `systemctl daemon-reload && systemctl enable --quiet ${UNIT} && systemctl restart ${UNIT}`;
