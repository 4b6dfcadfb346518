import { createHash } from "node:crypto";
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { run, step } from "./steps.mjs";

const MAKER = "https://get.pulumi.com/releases/sdk";
/** Nothing heard for so long: given up. */
const SILENCE_MS = 20_000;

/**
 * Puts programs of Pulumi's own release into a folder. The release is checked against the sum that its maker
 * publishes; a download that was cut off goes on where it stopped.
 *
 * @throws when it cannot be had or is not what was published; the folder is then as before.
 */
export async function fetchRelease(version, names, directory, maker = MAKER) {
  const file = `pulumi-v${version}-linux-${process.arch}.tar.gz`;
  const archive = join(dirname(directory), file);
  await step(`fetching Pulumi ${version} from its maker (once, about 150 MB)`, async () => {
    const sums = await textOf(`${maker}/pulumi-${version}-checksums.txt`);
    const wanted = sums
      .split("\n")
      .find((line) => line.trim().endsWith(` ${file}`))
      ?.split(/\s+/)[0];
    if (wanted === undefined) throw new Error(`no sum is published for ${file}`);
    mkdirSync(dirname(archive), { recursive: true });
    await download(`${maker}/${file}`, archive);
    if ((await sha256Of(archive)) !== wanted) {
      rmSync(archive);
      throw new Error(`${file} does not have the published sum`);
    }
    const unpacked = join(dirname(directory), `unfinished-${process.pid}`);
    try {
      mkdirSync(unpacked);
      const members = names.map((name) => `pulumi/${name}`);
      await run("tar", ["--extract", "--gzip", `--file=${archive}`, `--directory=${unpacked}`, ...members], {
        label: "unpacking Pulumi",
      });
      for (const name of names) renameSync(join(unpacked, "pulumi", name), join(directory, name));
    } finally {
      rmSync(unpacked, { recursive: true, force: true });
    }
    rmSync(archive);
  });
}

async function download(url, file) {
  const part = `${file}.part`;
  const begun = existsSync(part) ? statSync(part).size : 0;
  const answer = await get(url, begun > 0 ? { range: `bytes=${begun}-` } : {});
  const flags = answer.status === 206 ? "a" : "w";
  // 416: all of it is here already, and the sum says whether it is right
  if (answer.status !== 416) await pipeline(answer.chunks(), createWriteStream(part, { flags }));
  renameSync(part, file);
}

/** @throws when nothing is heard for 20 s, and for every answer that is no success. */
async function get(url, headers = {}) {
  process.removeAllListeners("warning"); // Node 18 calls fetch experimental
  const silence = new AbortController();
  let timer;
  const hear = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENCE_MS);
  };
  async function* chunks(body) {
    try {
      for await (const chunk of body) {
        hear();
        yield chunk;
      }
    } finally {
      clearTimeout(timer);
    }
  }
  hear();
  try {
    const answer = await fetch(url, { headers, signal: silence.signal });
    if (!answer.ok && answer.status !== 416) throw new Error(`${url} answers ${answer.status}`);
    return { status: answer.status, chunks: () => chunks(answer.body) };
  } catch (error) {
    clearTimeout(timer);
    throw new Error(error.cause?.message ?? error.message);
  }
}

async function textOf(url) {
  const parts = [];
  for await (const chunk of (await get(url)).chunks()) parts.push(chunk);
  return Buffer.concat(parts).toString("utf8");
}

async function sha256Of(file) {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
