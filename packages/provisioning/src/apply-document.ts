/** What `cloud-init/autoscaler-apply.py` reads on stdin: the whole wanted state of one machine. */
export interface ApplyDocument {
  readonly artifacts: readonly ArtifactInstall[];
  /** System users without a home or a shell. */
  readonly users: readonly string[];
  readonly files: readonly MachineFile[];
  readonly releases: readonly MachineRelease[];
  /** Started in this order; restarted only when something they use changed. */
  readonly units: readonly MachineUnit[];
  readonly health: readonly HealthCheck[];
}

export interface ArtifactInstall {
  readonly name: string;
  readonly version: string;
  /** A tar.gz. */
  readonly url: string;
  /** Exactly one of the two: the publisher's list of SHA-256 sums, or the sum itself. */
  readonly checksumsUrl?: string;
  readonly sha256?: string;
  /** Folder of the archive that is installed as a whole, with the binaries' paths in it. Absent: only they are. */
  readonly tree?: string;
  /** Name under `/opt/autoscaler/bin` -> path in the archive, or in its tree. */
  readonly binaries: Readonly<Record<string, string>>;
}

export interface MachineFile {
  readonly path: string;
  /** Four octal digits. */
  readonly mode: string;
  readonly owner: string;
  readonly contentBase64: string;
}

export interface MachineRelease {
  readonly unit: string;
  /** Path of the copied tar.gz on the machine. */
  readonly archive: string;
  readonly sha256: string;
}

export interface MachineUnit {
  readonly name: string;
  /** Paths of files, names of artifacts and of releases; the unit's own file is always counted. */
  readonly uses: readonly string[];
}

export interface HealthCheck {
  readonly url: string;
  /** Whose last log lines explain a failure. */
  readonly unit: string;
  readonly timeoutSeconds: number;
}

/** The program and the credentials are root's; all other files too, but readable. */
export function rootFile(path: string, content: string, mode = "0644"): MachineFile {
  return { path, mode, owner: "root", contentBase64: Buffer.from(content).toString("base64") };
}

/** A secret that a unit gets by `LoadCredential=`. */
export function credentialFile(name: string, value: string): MachineFile {
  return rootFile(credentialPath(name), value, "0600");
}

export function credentialPath(name: string): string {
  return `/etc/autoscaler/credentials/${name}`;
}

export function unitPath(name: string): string {
  return `/etc/systemd/system/${name}`;
}
