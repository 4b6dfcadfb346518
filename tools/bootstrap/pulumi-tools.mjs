import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { withGo } from "./go-toolchain.mjs";
import { withLock } from "./lock.mjs";
import { builtPulumiDirectory, repositoryRoot } from "./places.mjs";
import { fetchRelease } from "./pulumi-release.mjs";
import { ask, run, say, step } from "./steps.mjs";

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
const names = programs.map(({ name }) => name);

/**
 * Takes `pulumi` and its Node language host from PATH when both fit; else fetches its maker's release; else,
 * where that cannot be had, builds the same version from its Go modules. Once per user.
 */
export async function ensurePulumi() {
  if (pathHasPulumi() || isThere()) return;
  const directory = builtPulumiDirectory();
  await withLock(join(dirname(directory), "build.lock"), async () => {
    if (isThere()) return;
    mkdirSync(directory, { recursive: true });
    try {
      await fetchRelease(VERSION, names, directory);
    } catch (error) {
      say(`  not to be had from its maker here (${error.message}): building it instead`);
      await withGo(async (go) => {
        for (const program of programs) await build(program, directory, go);
      });
    }
    writeFileSync(stampFile(), wantedStamp());
  });
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

function isThere() {
  const directory = builtPulumiDirectory();
  return (
    names.every((name) => existsSync(join(directory, name))) &&
    existsSync(stampFile()) &&
    readFileSync(stampFile(), "utf8") === wantedStamp()
  );
}

async function build({ name, module, package: goPackage, ldflags, duration }, directory, go) {
  const target = join(directory, name);
  const staged = `${target}.${process.pid}.tmp`;
  try {
    await step(`building ${name} from its Go modules (once, ${duration})`, () =>
      run(go.program, ["build", "-mod=readonly", "-trimpath", "-ldflags", ldflags, "-o", staged, goPackage], {
        label: `go build ${name}`,
        cwd: moduleDirectory(module),
        env: { ...process.env, ...go.env, CGO_ENABLED: "0", GOWORK: "off" },
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
