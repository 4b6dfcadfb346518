// Sets up what a fresh clone needs; runs on the machine's own Node, imports no package.
// Silent when all is there.
import { ensureDebianPackages } from "./debian-packages.mjs";
import { ensureNpmPackages } from "./npm-packages.mjs";
import { ensurePulumi } from "./pulumi-tools.mjs";
import { SetupError } from "./steps.mjs";

const usage = `usage: node tools/bootstrap/main.mjs test | start

  test    what \`npm test\` needs: npm packages (Node 24 among them), pulumi and its Node language host
  start   the same and the Debian packages of the local cloud (needs root)
`;

const level = process.argv[2];
if (level === "--help" || level === "-h") {
  process.stdout.write(usage);
} else if (level !== "test" && level !== "start") {
  process.stderr.write(usage);
  process.exitCode = 2;
} else {
  try {
    checkMachine();
    await ensureNpmPackages();
    if (level === "start") await ensureDebianPackages();
    await ensurePulumi();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`set-up stopped: ${error.message}\n`);
    process.exitCode = 1;
  }
}

function checkMachine() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < 20) throw new SetupError(`this is Node ${process.versions.node}; install Node 20 or newer`);
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new SetupError(
      `the local cloud and its tests run on Linux x86-64, this is ${process.platform} ${process.arch}; deploying to a real account works from here with \`npm ci\` and \`pulumi up\``,
    );
  }
  if (level === "start" && process.getuid?.() !== 0) {
    throw new SetupError(
      "the local cloud makes network namespaces and machines, so it needs root: run `sudo npm start`",
    );
  }
}
