// Sets up what a fresh clone needs; runs on the machine's own Node, imports no package.
// Silent when all is there.
import { machineProblem } from "./machine.mjs";
import { ensureNpmPackages } from "./npm-packages.mjs";
import { giveBack } from "./ownership.mjs";
import { ensurePulumi } from "./pulumi-tools.mjs";
import { SetupError } from "./steps.mjs";
import { checkPip, ensureSystemPackages } from "./system-packages.mjs";

const usage = `usage: node tools/bootstrap/main.mjs packages | start | test | system

  packages  the npm packages alone, as the operator's tools need them; on any system
  start     these, the system packages of the local cloud, pulumi and its Node language host (needs root)
  test      what \`npm test\` needs: npm packages with the contributors' tools, pip, pulumi
  system    start and test together
`;

const level = process.argv[2];
const needsRoot = level === "start" || level === "system";
if (level === "--help" || level === "-h") {
  process.stdout.write(usage);
} else if (!["packages", "start", "test", "system"].includes(level)) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else {
  try {
    checkNode();
    if (level !== "packages") checkMachine();
    await ensureNpmPackages({ withTools: level === "test" || level === "system" });
    if (needsRoot) await ensureSystemPackages();
    if (level === "test") checkPip();
    if (level !== "packages") await ensurePulumi();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`set-up stopped: ${error.message}\n`);
    process.exitCode = 1;
  } finally {
    giveBack();
  }
}

function checkNode() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < 18) {
    throw new SetupError(
      `this is Node ${process.versions.node}, and Node 18 or newer is needed to begin with: install your system's newer one (Debian and Ubuntu: apt-get install nodejs npm), or run this with one from nodejs.org`,
    );
  }
}

function checkMachine() {
  const problem = machineProblem(process.platform, process.arch);
  if (problem !== undefined) throw new SetupError(problem);
  if (needsRoot && process.getuid?.() !== 0) {
    throw new SetupError(
      'the local cloud makes network namespaces and machines, so it needs root: run the same command again as `sudo env "PATH=$PATH" npm ...` (without PATH, sudo may not find your Node)',
    );
  }
}
