import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fetchRelease } from "./pulumi-release.mjs";

const VERSION = "9.9.9";
const FILE = `pulumi-v${VERSION}-linux-${process.arch}.tar.gz`;

describe("Pulumi's own release", () => {
  let directory: string;
  let bin: string;
  let maker: Server;
  let release: Buffer;
  let ranges: (string | undefined)[];
  let sum: string;
  let url: string;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "release-"));
    bin = join(directory, "cache/bin");
    mkdirSync(bin, { recursive: true });
    mkdirSync(join(directory, "pulumi"));
    for (const name of ["pulumi", "pulumi-language-go"]) writeFileSync(join(directory, "pulumi", name), name);
    execFileSync("tar", ["-czf", join(directory, FILE), "-C", directory, "pulumi"]);
    release = readFileSync(join(directory, FILE));
    sum = createHash("sha256").update(release).digest("hex");
    ranges = [];
    maker = createServer((request, response) => {
      if (request.url?.endsWith("-checksums.txt"))
        return response.end(`${"0".repeat(64)}  other\n${sum}  ${FILE}\n`);
      if (request.url !== `/${FILE}`) return response.writeHead(404).end();
      ranges.push(request.headers.range);
      const begin = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
      return response.writeHead(begin > 0 ? 206 : 200).end(release.subarray(begin));
    });
    await new Promise<void>((resolve) => maker.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(maker.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    maker.closeAllConnections();
    maker.close();
    rmSync(directory, { recursive: true });
  });

  const get = (version = VERSION) => fetchRelease(version, ["pulumi"], bin, url);

  it("gives the programs asked for, and leaves nothing else", async () => {
    await get();

    expect(readFileSync(join(bin, "pulumi"), "utf8")).toBe("pulumi");
    expect(readdirSync(join(directory, "cache"))).toEqual(["bin"]);
    expect(readdirSync(bin)).toEqual(["pulumi"]);
  });

  it("goes on with a download that was cut off", async () => {
    writeFileSync(join(directory, "cache", `${FILE}.part`), release.subarray(0, 100));

    await get();

    expect(ranges).toEqual(["bytes=100-"]);
    expect(existsSync(join(bin, "pulumi"))).toBe(true);
  });

  it("refuses what is not what was published, and begins anew the next time", async () => {
    const right = sum;
    sum = "f".repeat(64);
    await expect(get()).rejects.toThrow("does not have the published sum");
    expect(readdirSync(bin)).toEqual([]);
    sum = right;

    await get();

    expect(ranges).toEqual([undefined, undefined]);
  });

  it("says what keeps it from being had", async () => {
    await expect(get("1.2.3")).rejects.toThrow("no sum is published for pulumi-v1.2.3");
    maker.close();
    maker.closeAllConnections();
    await expect(get()).rejects.toThrow("ECONNREFUSED");
  });
});
