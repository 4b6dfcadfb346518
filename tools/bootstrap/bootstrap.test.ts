import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isNewEnough } from "./go-toolchain.mjs";
import { withLock } from "./lock.mjs";

const main = join(__dirname, "main.mjs");

describe("the bootstrap's command line", () => {
  it.each([
    { when: "asked for help", args: ["--help"], status: 0 },
    { when: "given nothing", args: [], status: 2 },
    { when: "given an unknown level", args: ["everything"], status: 2 },
  ])("exits $status and shows its use when $when", ({ args, status }) => {
    const result = spawnSync(process.execPath, [main, ...args], { encoding: "utf8" });

    expect(result.status).toBe(status);
    expect(result.stdout + result.stderr).toContain("usage: node tools/bootstrap/main.mjs");
  });

  it("says what is missing when there is no Python with pip", () => {
    const empty = mkdtempSync(join(tmpdir(), "cache-"));
    try {
      const result = spawnSync(process.execPath, [main, "test"], {
        encoding: "utf8",
        env: { PATH: empty, XDG_CACHE_HOME: empty },
      });

      expect(result.status).toBe(1);
      expect(result.stderr).toContain("Python 3 with pip is needed");
    } finally {
      rmSync(empty, { recursive: true });
    }
  });
});

describe("npm start -- --help", () => {
  const root = join(__dirname, "../..");
  const help = readFileSync(join(root, "tools/start/help.txt"), "utf8");

  it("shows the help on a fresh clone and sets nothing up", () => {
    const clone = mkdtempSync(join(tmpdir(), "clone-"));
    try {
      for (const part of ["package.json", "tools"])
        cpSync(join(root, part), join(clone, part), { recursive: true });
      const options = { cwd: clone, encoding: "utf8" } as const;

      const { status, stdout, stderr } = spawnSync("npm", ["start", "--silent", "--", "--help"], options);

      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: help, stderr: "" });
    } finally {
      rmSync(clone, { recursive: true });
    }
  });

  it("shows what the command itself says: node tools/start/main.ts --help > tools/start/help.txt", () => {
    const { stdout } = spawnSync(process.execPath, ["tools/start/main.ts", "--help"], {
      cwd: root,
      encoding: "utf8",
    });

    expect(stdout).toBe(help);
  });
});

describe("the machine's own Go", () => {
  it.each([
    { version: "go1.19.8", good: false },
    { version: "go1.21.0", good: true },
    { version: "go1.26.8", good: true },
    { version: "go2.0", good: true },
  ])("$version builds Pulumi: $good", ({ version, good }) => {
    expect(isNewEnough(version)).toBe(good);
  });
});

describe("withLock", () => {
  let directory: string;
  let path: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "lock-"));
    path = join(directory, "a.lock");
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("lets one work after the other", async () => {
    const order: string[] = [];
    const work = (name: string) => async () => {
      order.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${name} ends`);
    };

    await Promise.all([withLock(path, work("a")), withLock(path, work("b")), withLock(path, work("c"))]);

    for (let index = 0; index < order.length; index += 2) {
      expect(order[index + 1]).toBe(order[index]?.replace("begins", "ends"));
    }
    expect(order).toHaveLength(6);
  });

  it("passes a failure on and frees the lock", async () => {
    await expect(withLock(path, () => Promise.reject(new Error("disk full")))).rejects.toThrow("disk full");

    await expect(withLock(path, async () => "worked")).resolves.toBe("worked");
  });

  it("is freed by the death of its holder", async () => {
    const lock = join(__dirname, "lock.mjs");
    const program = `import { withLock } from ${JSON.stringify(lock)};
      await withLock(${JSON.stringify(path)}, () => new Promise(() => { console.log("held"); setInterval(() => {}, 1000); }));`;
    const holder = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await new Promise((resolve) => holder.stdout.once("data", resolve));

    const waiting = withLock(path, async () => "worked");
    holder.kill("SIGKILL");

    await expect(waiting).resolves.toBe("worked");
  });
});
