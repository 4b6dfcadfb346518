import { createCommandProvider } from "./command-provider.ts";
import type { CommandResult, Transport } from "./transport.ts";

const COMMAND = "urn:pulumi:local::project::a:b:C$command:remote:Command::apply";
const LOCAL = "urn:pulumi:local::project::command:local:Command::ssh";
const COPY = "urn:pulumi:local::project::command:remote:CopyToRemote::copy";
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const secret = (value: unknown) => ({ [SIGNATURE]: "1b47061264138c4ac30d75fd1eb44270", value });
const asset = (path: string, hash: string) => ({
  [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17",
  path,
  hash,
});
const connection = secret({
  host: "10.0.0.1",
  user: "ops",
  privateKey: "key",
  proxy: { host: "203.0.113.1", privateKey: "key" },
});

describe("createCommandProvider", () => {
  let calls: unknown[][];
  let result: CommandResult;
  const transport: Transport = {
    runHere: async (command, environment) => {
      calls.push(["here", command, environment]);
      return result;
    },
    run: async (to, command, stdin) => {
      calls.push(["run", to.host, to.proxy?.host, command, stdin]);
      return result;
    },
    copy: async (to, localPath, remotePath) => {
      calls.push(["copy", to.host, localPath, remotePath]);
    },
  };
  const provider = createCommandProvider(transport);

  beforeEach(() => {
    calls = [];
    result = { exitCode: 0, stdout: "out", stderr: "" };
  });

  it("runs create with stdin over the proxy and keeps secrets marked in its outputs", async () => {
    const inputs = { connection, create: "apply", stdin: secret("document") };
    const created = await provider.create?.(COMMAND, inputs);

    expect(calls).toEqual([["run", "10.0.0.1", "203.0.113.1", "apply", "document"]]);
    expect(created?.outs).toEqual({ ...inputs, stdout: "out", stderr: "" });
  });

  it.each([
    { when: "there is an update command", news: { connection, create: "a", update: "b" }, ran: "b" },
    { when: "there is none", news: { connection, create: "a" }, ran: "a" },
  ])("runs the right command on an update when $when", async ({ news, ran }) => {
    await provider.update?.("id", COMMAND, {}, news);
    expect(calls[0]?.[3]).toBe(ran);
  });

  it.each([
    { given: { interpreter: ["node", "-e"] }, ran: ["node", "-e", "1 + 1"] },
    { given: {}, ran: ["/bin/sh", "-c", "1 + 1"] },
  ])("runs a local command here, by its interpreter ($ran)", async ({ given, ran }) => {
    const inputs = { create: "1 + 1", environment: { HOST: secret("10.0.0.1") }, triggers: ["a"], ...given };
    expect((await provider.check?.(LOCAL, {}, inputs))?.failures).toEqual([]);
    const created = await provider.create?.(LOCAL, inputs);

    expect(calls).toEqual([["here", ran, { HOST: "10.0.0.1" }]]);
    expect(created?.outs).toMatchObject({ stdout: "out" });
  });

  it("runs nothing at its end without a delete command", async () => {
    await provider.delete?.("id", COMMAND, { connection, create: "a" });
    expect(calls).toEqual([]);
  });

  it("says which command failed and what it printed, without its stdin", async () => {
    result = { exitCode: 2, stdout: "printed", stderr: " and more" };
    const created = provider.create?.(COMMAND, { connection, create: "apply", stdin: secret("document") });

    await expect(created).rejects.toThrow('Process exited with status 2: running "apply":\nprinted and more');
    await expect(created).rejects.not.toThrow(/document/);
  });

  it("copies a file asset", async () => {
    await provider.create?.(COPY, { connection, source: asset("/tmp/a", "1"), remotePath: "/home/ops/a" });
    expect(calls).toEqual([["copy", "10.0.0.1", "/tmp/a", "/home/ops/a"]]);
  });

  it.each([
    {
      when: "nothing changed",
      urn: COMMAND,
      olds: { create: "a", stdout: "x" },
      news: { create: "a" },
      changes: false,
      replaces: [],
    },
    {
      when: "only the mark of secrecy came off",
      urn: COMMAND,
      olds: { stdin: secret("a") },
      news: { stdin: "a" },
      changes: false,
      replaces: [],
    },
    {
      when: "stdin changed",
      urn: COMMAND,
      olds: { stdin: secret("a") },
      news: { stdin: secret("b") },
      changes: true,
      replaces: [],
    },
    {
      when: "triggers changed",
      urn: COMMAND,
      olds: { triggers: [1] },
      news: { triggers: [2] },
      changes: true,
      replaces: ["triggers"],
    },
    {
      when: "the same file lies elsewhere",
      urn: COPY,
      olds: { source: asset("/a", "1") },
      news: { source: asset("/b", "1") },
      changes: false,
      replaces: [],
    },
    {
      when: "the file's content changed",
      urn: COPY,
      olds: { source: asset("/a", "1") },
      news: { source: asset("/a", "2") },
      changes: true,
      replaces: [],
    },
  ])("sees the difference when $when", async ({ urn, olds, news, changes, replaces }) => {
    expect(await provider.diff?.("id", urn, olds, news)).toEqual({ changes, replaces });
  });

  it.each([
    { when: "an input is unknown here", inputs: { connection, environment: {} }, property: "environment" },
    {
      when: "a login has a password",
      inputs: { connection: secret({ host: "h", password: "x" }) },
      property: "connection.password",
    },
  ])("refuses when $when", async ({ inputs, property }) => {
    expect(await provider.check?.(COMMAND, {}, inputs)).toMatchObject({ failures: [{ property }] });
  });

  it("lets a connection pass that is not known yet", async () => {
    const inputs = { connection: secret("04da6b54-80e4-46f7-96ec-b56ff0331ba9"), create: "a" };
    expect(await provider.check?.(COMMAND, {}, inputs)).toMatchObject({ failures: [] });
  });
});
