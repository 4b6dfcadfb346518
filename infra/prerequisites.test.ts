import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeProblem, sshAgentProblem } from "./prerequisites.ts";

describe("nodeProblem", () => {
  it("has none with the Node that runs this", () => expect(nodeProblem(process)).toBeUndefined());

  it("says which one is needed and how to get it", () => {
    expect(nodeProblem({ version: "v20.20.2", features: {} as never })).toMatch(
      /^Node v20\.20\.2 is too old, 22\.18 is needed: .*node_modules\/\.bin/,
    );
  });
});

describe("sshAgentProblem", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "agent-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it.each([undefined, ""])("has none without an agent (%p)", (address) => {
    expect(sshAgentProblem(address)).toBeUndefined();
  });

  it("has none with a living one", async () => {
    const agent = createServer().listen(join(directory, "agent.sock"));
    await once(agent, "listening");

    expect(sshAgentProblem(join(directory, "agent.sock"))).toBeUndefined();
    agent.close();
  });

  it.each(["missing", "left-behind"])("says what to do when the socket is %s", (kind) => {
    const address = join(directory, "agent.sock");
    if (kind === "left-behind") writeFileSync(address, "");

    expect(sshAgentProblem(address)).toMatch(/no SSH agent answers .*agent\.sock.*unset SSH_AUTH_SOCK/);
  });
});
