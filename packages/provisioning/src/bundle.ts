import { mkdirSync, rmSync } from "node:fs";
import { extname, join } from "node:path";
import { type BuildOptions, buildSync } from "esbuild";

/** Output file -> entry, relative to the app's folder, for example `server.mjs` -> `./src/server.ts`. */
export type BundleEntries = Readonly<Record<string, string>>;

/** CommonJS packages inside an ES module still look for these. */
const COMMONJS_NAMES = [
  'import { createRequire as requireOf } from "node:module";',
  'import { dirname as directoryOf } from "node:path";',
  'import { fileURLToPath as pathOf } from "node:url";',
  "const require = requireOf(import.meta.url);",
  "const __filename = pathOf(import.meta.url);",
  "const __dirname = directoryOf(__filename);",
].join("");

/** Compiled code that cannot be bundled, and that its users (Piscina) can do without. */
const OPTIONAL_NATIVE_PARTS: string[] = ["@napi-rs/nice"];

/**
 * Bundles an app with all its packages into `outDirectory`, one file an entry, for Node 24 on a machine
 * without npm. `.mjs` becomes an ES module, `.js` and `.cjs` CommonJS.
 *
 * @throws esbuild's error, which names file and line; `outDirectory` is then incomplete.
 */
export function bundleApp(appDirectory: string, entries: BundleEntries, outDirectory: string): void {
  rmSync(outDirectory, { recursive: true, force: true });
  mkdirSync(outDirectory, { recursive: true });
  for (const [output, entry] of Object.entries(entries))
    buildSync({ ...bundling(appDirectory, entry, extname(output)), outfile: join(outDirectory, output) });
}

/** The same for one program, as the text of an ES module. */
export function bundleText(appDirectory: string, entry: string): string {
  const { outputFiles } = buildSync({ ...bundling(appDirectory, entry, ".mjs"), write: false });
  return outputFiles.map(({ text }) => text).join("");
}

function bundling(absWorkingDir: string, entry: string, extension: string) {
  const isEsModule = extension === ".mjs";
  return {
    absWorkingDir,
    entryPoints: [entry],
    bundle: true,
    external: OPTIONAL_NATIVE_PARTS,
    platform: "node",
    target: "node24",
    format: isEsModule ? "esm" : "cjs",
    ...(isEsModule ? { banner: { js: COMMONJS_NAMES } } : {}),
    legalComments: "none",
    logLevel: "silent",
  } satisfies BuildOptions;
}
