import { execFile } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Served, serve } from "@autoscaler/service-kit/testing/serve.ts";
import { bundleText } from "../bundle.ts";
import { authorizedKeysDocument } from "../roles/authorized-keys.ts";

const PRIVATE_KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nsecret\n-----END OPENSSH PRIVATE KEY-----\n";
const INPUT = JSON.stringify({
  privateKey: PRIVATE_KEY,
  document: authorizedKeysDocument(["ssh-ed25519 AAAA budi"]),
});

interface Server {
  readonly name: string;
  readonly role?: string;
  readonly phase?: string;
  readonly privateIpv4?: string;
}

describe("authorize-on-clones, as it runs on the monitor VM", () => {
  let directory: string;
  let scaler: Served;
  /** What the scaler lists, look by look; the last stays. */
  let looks: (readonly Server[] | number)[];

  const at = (...path: readonly string[]) => join(directory, ...path);

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "authorize-"));
    const program = bundleText(join(__dirname, "../.."), "./src/on-vm/authorize-on-clones.ts");
    writeFileSync(at("authorize-on-clones.mjs"), program);
    expect(program.length).toBeLessThan(20_000);
    writeFileSync(at("token"), "operator-token");
    mkdirSync(at("bin"));
    mkdirSync(at("keys"));
    // Stands for the network and the clones: `down-<address>` refuses so often, then the login works.
    writeFileSync(
      at("bin/ssh"),
      `#!/bin/sh
address=$(printf '%s\\n' "$@" | sed -n 's/^ops@//p')
while [ "$1" != -i ]; do shift; done
cat "$2" > ${at("seen-key")}
if [ -s "${directory}/down-$address" ]; then
  sed -i 1d "${directory}/down-$address"
  echo "ssh: connect to host $address port 22: Connection refused" >&2
  exit 255
fi
cat > "${directory}/written-$address"
`,
    );
    chmodSync(at("bin/ssh"), 0o755);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  beforeEach(async () => {
    for (const name of readdirSync(directory)) if (/^(down|written)-/.test(name)) rmSync(at(name));
    scaler = await serve((request, response) => {
      if (request.headers.authorization !== "Bearer operator-token") return response.writeHead(401).end();
      if (request.url === "/v1/pools") return response.end(JSON.stringify([{ pool: "calc" }]));
      const [look = []] = looks.length > 1 ? looks.splice(0, 1) : looks;
      if (typeof look === "number") return response.writeHead(look).end();
      const seed = { name: "x-seed", role: "seed", phase: "serving", privateIpv4: "10.0.0.1" };
      return response.end(
        JSON.stringify([seed, ...look.map((clone) => ({ role: "clone", phase: "serving", ...clone }))]),
      );
    });
  });
  afterEach(() => scaler.close());

  function authorize(
    input = INPUT,
    patience = "60",
  ): Promise<{ readonly code: number; readonly output: string }> {
    const options = ["--url", scaler.url, "--token-file", at("token"), "--key-directory", at("keys")];
    return new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        [at("authorize-on-clones.mjs"), ...options, "--patience", patience],
        { env: { ...process.env, PATH: `${at("bin")}:${process.env["PATH"]}` } },
        (error, stdout, stderr) =>
          resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
      );
      child.stdin?.end(input);
    });
  }

  const written = (address: string) =>
    existsSync(at(`written-${address}`))
      ? JSON.parse(readFileSync(at(`written-${address}`), "utf8")).files[0].path
      : undefined;
  const LIST = "/etc/ssh/authorized_keys.d/ops";

  it("writes the list onto every clone, and not onto the seed, and leaves no key behind", async () => {
    looks = [
      [
        { name: "a", privateIpv4: "10.0.0.5" },
        { name: "b", privateIpv4: "10.0.0.6" },
      ],
    ];

    expect(await authorize()).toEqual({ code: 0, output: "2 clones have the list of SSH keys\n" });

    expect(["10.0.0.1", "10.0.0.5", "10.0.0.6"].map(written)).toEqual([undefined, LIST, LIST]);
    expect(readFileSync(at("seen-key"), "utf8")).toBe(PRIVATE_KEY);
    expect(readdirSync(at("keys"))).toEqual([]);
  });

  it("waits for a clone that is on its way, and for one that does not answer yet", async () => {
    writeFileSync(at("down-10.0.0.6"), "1\n2\n");
    looks = [
      [
        { name: "a", phase: "creating" },
        { name: "b", privateIpv4: "10.0.0.6" },
      ],
      [
        { name: "a", phase: "booting" },
        { name: "b", privateIpv4: "10.0.0.6" },
      ],
      [
        { name: "a", privateIpv4: "10.0.0.5" },
        { name: "b", privateIpv4: "10.0.0.6" },
      ],
    ];

    expect(await authorize()).toMatchObject({ code: 0 });
    expect([written("10.0.0.5"), written("10.0.0.6")]).toEqual([LIST, LIST]);
  });

  it("needs nothing of a clone that is not made yet, is gone, or goes meanwhile", async () => {
    writeFileSync(at("down-10.0.0.6"), "1\n2\n");
    looks = [
      [
        { name: "a", phase: "planned" },
        { name: "b", privateIpv4: "10.0.0.6" },
        { name: "c", phase: "gone" },
      ],
      [{ name: "b", privateIpv4: "10.0.0.6" }],
      [],
    ];

    expect(await authorize()).toMatchObject({ code: 0 });
    expect(written("10.0.0.6")).toBeUndefined();
  });

  it.each<{
    what: string;
    given: { input?: string; looks?: (readonly Server[] | number)[]; down?: string };
    says: RegExp;
  }>([
    {
      what: "a clone that never answers, with its name, the reason and what to do",
      given: { looks: [[{ name: "a", privateIpv4: "10.0.0.5" }]], down: "1\n2\n3\n4\n" },
      says: /1 of 1 clones .*may still log in there: a \(ssh: connect to host 10\.0\.0\.5 port 22: Connection refused\)\. Delete/,
    },
    {
      what: "a scaler that refuses",
      given: { looks: [503] },
      says: /scaler does not say .*status 503.*pulumi up again/,
    },
    {
      what: "standard input that is no JSON",
      given: { input: `{"privateKey":"${"SECRET"}` },
      says: /not of the expected shape/,
    },
    { what: "standard input without a key", given: { input: "{}" }, says: /expected shape|must be/ },
  ])("ends with 1 and one sentence for $what, and shows no key", async ({ given, says }) => {
    looks = given.looks ?? [[]];
    if (given.down !== undefined) writeFileSync(at("down-10.0.0.5"), given.down);

    const { code, output } = await authorize(given.input, "1");

    expect(code).toBe(1);
    expect(output).toMatch(says);
    expect(output).toMatch(/^authorize-on-clones: [^\n]+\n$/);
    expect(output).not.toMatch(/SECRET|BEGIN OPENSSH/);
    expect(readdirSync(at("keys"))).toEqual([]);
  });
});
