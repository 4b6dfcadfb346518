import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureArtifacts, mirrorDirectory } from "./ensure-artifacts.ts";
import { artifactOf } from "./manifest.ts";
import { createMirror, mirrorPath } from "./mirror-server.ts";
import { type Source, upstreamVersion } from "./sources.ts";

describe("artifactOf", () => {
  it.each([
    ["node", "24.21.0", "node-v24.21.0-linux-x64.tar.gz", "SHASUMS256.txt"],
    ["traefik", "3.7.15", "traefik_v3.7.15_linux_amd64.tar.gz", "traefik_v3.7.15_checksums.txt"],
    ["node_exporter", "1.5.0", "node_exporter-1.5.0.linux-amd64.tar.gz", "sha256sums.txt"],
  ] as const)("names %s %s as its publisher does", (name, version, file, checksums) => {
    expect(artifactOf(name, version, "http://mirror")).toEqual({
      name,
      version,
      url: `http://mirror/${name}/v${version}/${file}`,
      checksumsUrl: `http://mirror/${name}/v${version}/${checksums}`,
      file,
    });
  });
});

describe("upstreamVersion", () => {
  it.each([
    ["2.42.0+ds-5+deb12u1", "2.42.0"],
    ["0.25.0-1+b4", "0.25.0"],
    ["1:1.5.0-1\n", "1.5.0"],
  ])("of %j is %s", (debian, upstream) => expect(upstreamVersion(debian)).toBe(upstream));

  it("is not guessed", () => expect(() => upstreamVersion("unknown")).toThrow("no version"));
});

describe("mirrorPath", () => {
  it.each([
    ["/node/v24.21.0/SHASUMS256.txt", "node/24.21.0/SHASUMS256.txt"],
    ["/node-exporter/1.5.0/sha256sums.txt?x=1", "node_exporter/1.5.0/sha256sums.txt"],
  ])("of %s is %s", (url, path) => expect(mirrorPath(url)).toBe(path));

  it.each([
    "/",
    "/node/v1/",
    "/node/v1.0/../../etc",
    "/node/v1.0/.hidden",
    "/../v1.0/a",
    "/node/v1.0/a%2fb",
    "//v1.0/a",
  ])("does not exist for %s", (url) => expect(mirrorPath(url)).toBeUndefined());
});

describe("the mirror", () => {
  let cache = "";
  beforeEach(async () => {
    cache = await mkdtemp(join(tmpdir(), "mirror-"));
  });
  afterEach(() => rm(cache, { recursive: true }));

  const source = (calls: string[], fail = false): Source => ({
    name: "node_exporter",
    pin: "1",
    async fetch(workDirectory) {
      calls.push("fetch");
      if (fail) throw new Error("no network");
      await writeFile(join(workDirectory, "program"), "content");
      return { version: "1.5.0", programs: { node_exporter: join(workDirectory, "program") } };
    },
  });

  it("is filled once, serves what publishers serve, and refuses everything else", async () => {
    const calls: string[] = [];
    const artifacts = await ensureArtifacts(cache, () => undefined, [source(calls)]);
    expect(await ensureArtifacts(cache, () => undefined, [source(calls)])).toEqual(artifacts);
    expect(calls).toEqual(["fetch"]);

    const server = createMirror(mirrorDirectory(cache)).listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const archive = await fetch(`${url}/node_exporter/v1.5.0/node_exporter-1.5.0.linux-amd64.tar.gz`);
    const sums = await fetch(`${url}/node_exporter/v1.5.0/sha256sums.txt`);
    const wrong = await fetch(`${url}/node_exporter/v9.9.9/sha256sums.txt`);
    const posted = await fetch(`${url}/node_exporter/v1.5.0/sha256sums.txt`, { method: "POST" });
    const digest = Buffer.from(await crypto.subtle.digest("SHA-256", await archive.arrayBuffer())).toString(
      "hex",
    );
    expect(await sums.text()).toBe(`${digest}  node_exporter-1.5.0.linux-amd64.tar.gz\n`);
    expect([wrong.status, posted.status]).toEqual([404, 405]);
    expect(await wrong.json()).toMatchObject({ code: "FILE_UNKNOWN" });
    server.closeAllConnections();
    server.close();
  });

  it("leaves nothing half-made when a source fails, and clears what a killed run left", async () => {
    const mirror = mirrorDirectory(cache);
    await mkdir(join(mirror, "unfinished-1"), { recursive: true });
    await expect(ensureArtifacts(cache, () => undefined, [source([], true)])).rejects.toThrow("no network");
    expect(await readdir(mirror)).toEqual([]);
  });

  it("packs the same bytes from the same programs", async () => {
    const archive = join(
      mirrorDirectory(cache),
      "node_exporter/1.5.0/node_exporter-1.5.0.linux-amd64.tar.gz",
    );
    await ensureArtifacts(cache, () => undefined, [source([])]);
    const first = await readFile(archive);
    await rm(mirrorDirectory(cache), { recursive: true });
    await ensureArtifacts(cache, () => undefined, [source([])]);
    expect((await readFile(archive)).equals(first)).toBe(true);
  });
});
