import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { hasCode, isExecutable } from "@autoscaler/service-kit";

export const REPOSITORY = join(__dirname, "../..");

/** A Pulumi that runs, with all that it started. */
export interface RunningPulumi {
  /** What it has said so far. */
  readonly output: () => string;
  /** Sends a signal to it and all that it started, as a terminal does. */
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<PulumiResult>;
}

export interface PulumiResult {
  readonly exitCode: number;
  readonly output: string;
}

/** The real program in a project folder, a state and a Pulumi home of its own: nothing of the checkout is written. */
export interface PulumiProject {
  readonly directory: string;
  readonly recordingFile: string;
  configure(values: Readonly<Record<string, unknown>>): void;
  run(...args: readonly string[]): Promise<PulumiResult>;
  runWith(environment: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<PulumiResult>;
  start(...args: readonly string[]): RunningPulumi;
  remove(): void;
}

export interface ProjectOptions {
  readonly stack: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** @throws with what to do when there is no pulumi. */
export async function createProject({ stack, environment }: ProjectOptions): Promise<PulumiProject> {
  const directory = mkdtempSync(join(tmpdir(), "engine-"));
  const project = join(directory, "project");
  const recordingFile = join(directory, "recording");
  mkdirSync(project);
  mkdirSync(join(directory, "state"));
  writeFileSync(recordingFile, "");
  copyFileSync(join(REPOSITORY, "Pulumi.yaml"), join(project, "Pulumi.yaml"));
  symlinkSync(join(REPOSITORY, "infra"), join(project, "infra"));
  const env = {
    ...process.env,
    ...environment,
    PATH: toolPath(),
    PULUMI_BACKEND_URL: `file://${directory}/state`,
    PULUMI_HOME: join(directory, "home"),
    PULUMI_CONFIG_PASSPHRASE: "engine-test-passphrase",
    SSH_AUTH_SOCK: "",
    NODE_OPTIONS: "--no-deprecation", // as Pulumi.yaml says, which the language host built here does not read
    PULUMI_SKIP_UPDATE_CHECK: "1",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "1",
    ENGINE_TEST_RECORDING: recordingFile,
  };
  const running = new Set<RunningPulumi>();
  const startWith = (more: Readonly<Record<string, string>>, ...args: readonly string[]): RunningPulumi => {
    const child = spawn("pulumi", [...args, "--non-interactive", "--color", "never"], {
      cwd: project,
      env: { ...env, ...more },
      detached: true, // a process group of its own
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const keep = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const ended = once(child, "close").then(([code]) => {
      running.delete(pulumi);
      return { exitCode: Number(code ?? 1), output };
    });
    const signal = (name: NodeJS.Signals) => {
      try {
        process.kill(-(child.pid ?? 0), name);
      } catch (error) {
        if (!hasCode(error, "ESRCH")) throw error; // all of it has ended
      }
    };
    const pulumi = { output: () => output, signal, ended };
    running.add(pulumi);
    return pulumi;
  };
  const run = (...args: readonly string[]) => startWith({}, ...args).ended;
  const made = await run("stack", "init", stack);
  if (made.exitCode !== 0) throw new Error(`pulumi stack init failed: ${made.output}`);
  const ownFile = join(project, `Pulumi.${stack}.yaml`);
  copyFileSync(ownFile, join(directory, "salt"));
  return {
    directory,
    recordingFile,
    configure(values) {
      copyFileSync(join(directory, "salt"), ownFile);
      const keyed = Object.entries(values).map(([key, value]) => [`idcloudhost-autoscaler:${key}`, value]);
      writeFileSync(ownFile, `config: ${JSON.stringify(Object.fromEntries(keyed))}\n`, { flag: "a" });
    },
    run,
    runWith: (more, ...args) => startWith(more, ...args).ended,
    start: (...args) => startWith({}, ...args),
    remove() {
      for (const pulumi of running) pulumi.signal("SIGKILL");
      endStrays(directory);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Plugins of a Pulumi that was killed live on; all have the project's folder in their environment. */
function endStrays(directory: string): void {
  for (const pid of readdirSync("/proc").filter(
    (name) => /^\d+$/.test(name) && Number(name) !== process.pid,
  )) {
    try {
      if (readFileSync(`/proc/${pid}/environ`, "utf8").includes(`PULUMI_HOME=${directory}/`))
        process.kill(Number(pid), "SIGKILL");
    } catch {
      // It has ended meanwhile.
    }
  }
}

/** Our own plugins first: here even the real `command` would find no machine to talk to. */
function toolPath(): string {
  const cache = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  const folders = [
    join(REPOSITORY, "node_modules/.bin"),
    join(REPOSITORY, "test/engine/plugins"),
    join(REPOSITORY, "local-cloud/src/plugins"),
    ...(process.env["PATH"] ?? "").split(delimiter),
    join(cache, "idcloudhost-autoscaler/pulumi/bin"),
    join(REPOSITORY, "node_modules/@pulumi/pulumi"),
  ];
  for (const tool of ["pulumi", "pulumi-language-nodejs"]) {
    if (!folders.some((folder) => isExecutable(join(folder, tool)))) {
      throw new Error(`${tool} is not there: run \`npm test\`, which sets it up, or put it on PATH`);
    }
  }
  return folders.join(delimiter);
}
