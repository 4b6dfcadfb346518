import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Served, serve } from "@autoscaler/service-kit/testing/serve.ts";
import { type ApplyDocument, credentialFile, rootFile, unitPath } from "./apply-document.ts";
import { packFolder } from "./archive.ts";

const PROGRAM = join(__dirname, "../../../cloud-init/autoscaler-apply.py");
const EMPTY: ApplyDocument = { artifacts: [], users: [], files: [], releases: [], units: [], health: [] };

describe("autoscaler-apply", () => {
  let directory: string;
  let root: string;
  let mirror: Served;
  let served: Map<string, Buffer | number | (() => Buffer | number)>;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "apply-"));
    root = join(directory, "root");
    mkdirSync(root);
    mkdirSync(join(directory, "bin"));
    const fake = (name: string, script: string) => {
      writeFileSync(
        join(directory, "bin", name),
        `#!/bin/sh\necho "${name} $*" >> ${directory}/calls\n${script}\n`,
      );
      chmodSync(join(directory, "bin", name), 0o755);
    };
    fake("systemctl", `[ ! -e "${directory}/broken" ] || [ "$1" != restart ]`);
    fake("journalctl", "echo 'the last words of the unit'");
    fake("getent", '[ "$2" = present ]');
    fake("useradd", "");
    served = new Map();
    mirror = await serve((request, response) => {
      const given = served.get(request.url ?? "") ?? 404;
      const body = typeof given === "function" ? given() : given;
      if (typeof body === "number") response.writeHead(body).end();
      else response.end(body);
    });
  });
  afterEach(async () => {
    await mirror.close();
    rmSync(directory, { recursive: true });
  });

  function apply(document: unknown): Promise<{ readonly code: number; readonly output: string }> {
    return new Promise((resolve) => {
      const path = `${directory}/bin:${process.env["PATH"]}`;
      const child = execFile(
        "python3",
        [PROGRAM, "--root", root],
        { env: { ...process.env, PATH: path } },
        (error, stdout, stderr) =>
          resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
      );
      child.stdin?.end(typeof document === "string" ? document : JSON.stringify(document));
    });
  }

  function calls(): readonly string[] {
    if (!existsSync(join(directory, "calls"))) return [];
    const lines = readFileSync(join(directory, "calls"), "utf8").trim().split("\n");
    rmSync(join(directory, "calls"));
    return lines.filter((line) => !line.startsWith("getent"));
  }

  function artifact(content: string, sum?: string) {
    mkdirSync(join(directory, "tool-1/bin"), { recursive: true });
    writeFileSync(join(directory, "tool-1/bin/tool"), content);
    const packed = packFolder(join(directory, "tool-1"), join(directory, "tool.tar.gz"));
    served.set("/tool.tar.gz", readFileSync(packed.path));
    served.set(
      "/sums.txt",
      Buffer.from(`${"0".repeat(64)}  other.tar.gz\n${sum ?? packed.sha256}  *tool.tar.gz\n`),
    );
    return {
      name: "tool",
      version: "1",
      url: `${mirror.url}/tool.tar.gz`,
      checksumsUrl: `${mirror.url}/sums.txt`,
      binaries: { tool: "bin/tool" },
    };
  }

  function release(content: string) {
    const source = join(directory, "app");
    mkdirSync(source, { recursive: true });
    writeFileSync(join(source, "server.mjs"), content);
    const packed = packFolder(source, join(root, "home/ops/app.tar.gz"));
    return { unit: "app", archive: "/home/ops/app.tar.gz", sha256: packed.sha256 };
  }

  it("installs a verified program, files with their modes, users and a release, and starts the units", async () => {
    const document: ApplyDocument = {
      artifacts: [artifact("#!/bin/sh\n")],
      users: ["app", "present"],
      files: [credentialFile("token", "s3cret"), rootFile(unitPath("app.service"), "[Service]\n")],
      releases: [release("1")],
      units: [{ name: "app.service", uses: ["tool", "app", "/etc/autoscaler/credentials/token"] }],
      health: [],
    };

    const first = await apply(document);

    expect(first.code).toBe(0);
    expect(first.output).not.toContain("s3cret");
    expect(readlinkSync(join(root, "opt/autoscaler/bin/tool"))).toBe("/opt/autoscaler/artifacts/tool/1/tool");
    expect(statSync(join(root, "opt/autoscaler/artifacts/tool/1/tool")).mode & 0o777).toBe(0o755);
    expect(statSync(join(root, "etc/autoscaler/credentials/token")).mode & 0o777).toBe(0o600);
    expect(
      readFileSync(join(root, readlinkSync(join(root, "opt/autoscaler/current/app")), "server.mjs"), "utf8"),
    ).toBe("1");
    expect(calls()).toEqual([
      expect.stringContaining("useradd --system"),
      "systemctl daemon-reload",
      "systemctl enable --quiet app.service",
      "systemctl restart app.service",
    ]);
  });

  it.each([
    { when: "nothing changed", change: (document: ApplyDocument) => document, restarts: [] },
    {
      when: "a file that no unit uses changed",
      change: (document: ApplyDocument) => ({
        ...document,
        files: [...document.files, rootFile("/etc/other", "1")],
      }),
      restarts: [],
    },
    {
      when: "its own file changed",
      change: (document: ApplyDocument) => ({
        ...document,
        files: document.files.map((file) =>
          file.path.endsWith("a.service") ? rootFile(file.path, "[Unit]\n") : file,
        ),
      }),
      restarts: ["systemctl restart a.service"],
    },
    {
      when: "a file it uses changed",
      change: (document: ApplyDocument) => ({
        ...document,
        files: document.files.map((file) => (file.path === "/etc/b" ? rootFile("/etc/b", "2") : file)),
      }),
      restarts: ["systemctl restart b.service"],
    },
  ])("restarts only what must be when $when", async ({ change, restarts }) => {
    const document: ApplyDocument = {
      ...EMPTY,
      files: [
        rootFile(unitPath("a.service"), ""),
        rootFile(unitPath("b.service"), ""),
        rootFile("/etc/b", "1"),
      ],
      units: [
        { name: "a.service", uses: [] },
        { name: "b.service", uses: ["/etc/b"] },
      ],
    };
    await apply(document);
    calls();

    const again = await apply(change(document));

    expect(again.code).toBe(0);
    expect(calls().filter((call) => call.includes("restart"))).toEqual(restarts);
  });

  it("restarts a unit whose restart failed before, though its files are in place", async () => {
    const document = {
      ...EMPTY,
      files: [rootFile(unitPath("a.service"), "")],
      units: [{ name: "a.service", uses: [] }],
    };
    writeFileSync(join(directory, "broken"), "");
    const failed = await apply(document);
    rmSync(join(directory, "broken"));
    calls();

    const again = await apply(document);

    expect(failed).toMatchObject({ code: 1, output: expect.stringContaining("the last words of the unit") });
    expect(again.code).toBe(0);
    expect(calls()).toContain("systemctl restart a.service");
  });

  it("stops a unit that it no longer has, once, and none when it has no units at all", async () => {
    const unit = (name: string) => ({ name, uses: [] });
    const files = [rootFile(unitPath("a.service"), ""), rootFile(unitPath("b.service"), "")];
    await apply({ ...EMPTY, files, units: [unit("a.service"), unit("b.service")] });
    calls();

    await apply({ ...EMPTY, files });
    expect(calls()).toEqual([]);

    expect((await apply({ ...EMPTY, files, units: [unit("a.service")] })).output).toContain(
      "stopped b.service",
    );
    expect(calls()).toContain("systemctl disable --quiet --now b.service");

    await apply({ ...EMPTY, files, units: [unit("a.service")] });
    expect(calls().join()).not.toContain("b.service");
  });

  it("switches to a new release and keeps only the one before it", async () => {
    for (const content of ["1", "2", "3"]) {
      expect((await apply({ ...EMPTY, releases: [release(content)] })).code).toBe(0);
    }
    const current = readlinkSync(join(root, "opt/autoscaler/current/app"));

    expect(readFileSync(join(root, current, "server.mjs"), "utf8")).toBe("3");
    expect(existsSync(join(root, "opt/autoscaler/releases/app"))).toBe(true);
    const { readdirSync } = await import("node:fs");
    expect(readdirSync(join(root, "opt/autoscaler/releases/app"))).toHaveLength(2);
  });

  it("installs a whole folder of an archive, and a link to the binary in it", async () => {
    const tool = artifact("#!/bin/sh\n");
    mkdirSync(join(directory, "whole/tool-1/public"), { recursive: true });
    mkdirSync(join(directory, "whole/tool-1/bin"), { recursive: true });
    writeFileSync(join(directory, "whole/tool-1/bin/tool"), "1", { mode: 0o755 });
    writeFileSync(join(directory, "whole/tool-1/public/page.html"), "page");
    writeFileSync(join(directory, "whole/other"), "not of the folder");
    const packed = packFolder(join(directory, "whole"), join(directory, "whole.tar.gz"));
    served.set("/tool.tar.gz", readFileSync(packed.path));
    const { checksumsUrl: _, ...pinned } = { ...tool, sha256: packed.sha256, tree: "tool-1" };

    expect((await apply({ ...EMPTY, artifacts: [pinned] })).output).toContain("installed tool 1");

    const home = join(root, "opt/autoscaler/artifacts/tool/1");
    expect(readFileSync(join(home, "public/page.html"), "utf8")).toBe("page");
    expect(existsSync(join(home, "other"))).toBe(false);
    expect(readlinkSync(join(root, "opt/autoscaler/bin/tool"))).toBe(
      "/opt/autoscaler/artifacts/tool/1/bin/tool",
    );
  });

  it("tries a download again until the mirror answers", async () => {
    const tool = artifact("1");
    const body = served.get("/tool.tar.gz") ?? 404;
    served.set("/tool.tar.gz", () => {
      setTimeout(() => served.set("/tool.tar.gz", body), 100);
      return 503;
    });

    expect((await apply({ ...EMPTY, artifacts: [tool] })).code).toBe(0);
  });

  it.each([
    {
      when: "the sum is wrong",
      document: () => ({ ...EMPTY, artifacts: [artifact("1", createHash("sha256").digest("hex"))] }),
      message: /does not have the published sum/,
    },
    {
      when: "the mirror lacks the program",
      document: () => {
        const tool = artifact("1");
        served.delete("/tool.tar.gz");
        return { ...EMPTY, artifacts: [tool] };
      },
      message: /answers 404/,
    },
    {
      when: "the program is not in the archive",
      document: () => ({ ...EMPTY, artifacts: [{ ...artifact("1"), binaries: { tool: "elsewhere" } }] }),
      message: /holds no file elsewhere/,
    },
    {
      when: "the copied release is another one",
      document: () => ({ ...EMPTY, releases: [{ ...release("1"), sha256: "0".repeat(64) }] }),
      message: /copy it again/,
    },
    {
      when: "a unit uses what is not there",
      document: () => ({
        ...EMPTY,
        files: [rootFile(unitPath("a.service"), "")],
        units: [{ name: "a.service", uses: ["nothing"] }],
      }),
      message: /does not have/,
    },
    {
      when: "a service does not answer",
      document: () => ({
        ...EMPTY,
        health: [{ url: `${mirror.url}/healthz`, unit: "a.service", timeoutSeconds: 0 }],
      }),
      message: /not healthy .*it does not run.*\nthe last words of the unit/,
    },
    {
      when: "the document is no JSON",
      document: () => "{secret",
      message: /^autoscaler-apply: stdin is not JSON \(line 1\)\n$/,
    },
    { when: "a key is missing", document: () => ({ files: [] }), message: /exactly the keys/ },
    {
      when: "a file lacks its mode",
      document: () => ({ ...EMPTY, files: [{ path: "/a" }] }),
      message: /not of the expected shape/,
    },
  ])("stops with one sentence when $when", async ({ document, message }) => {
    const result = await apply(document());

    expect(result.code).toBe(1);
    expect(result.output).toMatch(message);
    expect(existsSync(join(root, "opt/autoscaler/bin/tool"))).toBe(false);
  });

  describe("waiting for a service that needs longer than its limit", () => {
    let service: ChildProcess;
    afterEach(() => service.kill("SIGKILL"));

    const wait = (program: string, unhealthyAnswers: number) => {
      service = spawn(process.execPath, ["-e", program], { stdio: "ignore" });
      writeFileSync(join(directory, "bin/systemctl"), `#!/bin/sh\necho ${service.pid}\n`);
      let answers = 0;
      served.set("/healthz", () => {
        answers += 1;
        return answers > unhealthyAnswers ? Buffer.from("") : 503;
      });
      return apply({
        ...EMPTY,
        health: [{ url: `${mirror.url}/healthz`, unit: "a.service", timeoutSeconds: 1 }],
      });
    };

    it("goes on as long as its process is busy", async () => {
      const { code, output } = await wait("for (;;) ;", 6);

      expect(output).toMatch(/a\.service still starts after \d+ s: answers 503/);
      expect(code).toBe(0);
    });

    it("ends when its process does nothing, and says what was seen last", async () => {
      const { code, output } = await wait("setInterval(() => {}, 60_000)", 100);

      expect(output).toMatch(/answers 503; it used \d\.\d s of CPU in the last/);
      expect(code).toBe(1);
    });
  });
});
