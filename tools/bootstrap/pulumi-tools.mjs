import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { withLock } from "./lock.mjs";
import { builtPulumiDirectory, repositoryRoot } from "./places.mjs";
import { ask, run, SetupError, step } from "./steps.mjs";

const VERSION = "3.274.1";
/** Oldest command line that the npm package @pulumi/pulumi 3.270 was tried with. */
const OLDEST = [3, 230, 0];

const programs = [
  {
    name: "pulumi-language-nodejs",
    module: "pulumi-language",
    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    ldflags: "-s -w",
    duration: "about half a minute",
  },
  {
    name: "pulumi",
    module: "pulumi",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    ldflags: `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${VERSION}`,
    duration: "about 4 minutes on 2 cores",
  },
];

/** Takes `pulumi` and its Node language host from PATH when both fit, else builds the pinned ones once per user. */
export async function ensurePulumi() {
  if (pathHasPulumi() || isBuilt()) return;
  const go = ask("go", ["env", "GOVERSION"]);
  if (go === undefined || isOlderThanToolchains(go)) {
    throw new SetupError(
      `Pulumi is not on PATH (need pulumi >= ${OLDEST.join(".")} and pulumi-language-nodejs) and there is ${go === undefined ? "no Go" : `only ${go}`} to build it with: install either Pulumi or Go 1.21 or newer (it fetches the newer toolchain that the build asks for by itself), then run this again`,
    );
  }
  const directory = builtPulumiDirectory();
  await withLock(join(dirname(directory), "build.lock"), async () => {
    if (isBuilt()) return;
    mkdirSync(directory, { recursive: true });
    for (const program of programs) await build(program, directory);
    writeFileSync(stampFile(), wantedStamp());
  });
}

/** Go fetches the toolchain that a go.mod asks for since 1.21. */
function isOlderThanToolchains(go) {
  const [major, minor] = go.replace(/^go/, "").split(".").map(Number);
  return major < 1 || (major === 1 && minor < 21);
}

function pathHasPulumi() {
  const version = ask("pulumi", ["version"], { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "1" });
  const numbers = version
    ?.match(/^v?(\d+)\.(\d+)\.(\d+)/)
    ?.slice(1)
    .map(Number);
  if (numbers === undefined || ask("sh", ["-c", "command -v pulumi-language-nodejs"]) === undefined)
    return false;
  const different = numbers.findIndex((number, index) => number !== OLDEST[index]);
  return different === -1 || numbers[different] > OLDEST[different];
}

function isBuilt() {
  const directory = builtPulumiDirectory();
  return (
    programs.every(({ name }) => existsSync(join(directory, name))) &&
    existsSync(stampFile()) &&
    readFileSync(stampFile(), "utf8") === wantedStamp()
  );
}

async function build({ name, module, package: goPackage, ldflags, duration }, directory) {
  const target = join(directory, name);
  const staged = `${target}.${process.pid}.tmp`;
  try {
    await step(`building ${name} from its Go module (once, ${duration})`, () =>
      run("go", ["build", "-mod=readonly", "-trimpath", "-ldflags", ldflags, "-o", staged, goPackage], {
        label: `go build ${name}`,
        cwd: moduleDirectory(module),
        env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off" },
      }),
    );
    renameSync(staged, target);
  } finally {
    rmSync(staged, { force: true });
  }
}

function wantedStamp() {
  const hash = createHash("sha256");
  for (const { module, ldflags } of programs) {
    hash
      .update(readFileSync(join(moduleDirectory(module), "go.mod")))
      .update(readFileSync(join(moduleDirectory(module), "go.sum")))
      .update(ldflags);
  }
  return hash.digest("hex");
}

function stampFile() {
  return join(dirname(builtPulumiDirectory()), "stamp");
}

function moduleDirectory(module) {
  return join(repositoryRoot, "tools", "bootstrap", module);
}
