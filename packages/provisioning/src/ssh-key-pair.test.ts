import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateSshKeyPair } from "./ssh-key-pair.ts";

describe("generateSshKeyPair", () => {
  it.each([
    { when: "the comment needs no padding change", comment: "deploy" },
    { when: "the comment is empty", comment: "" },
    { when: "the comment is seven characters longer", comment: "deploy1234567" },
  ])("makes a key that ssh-keygen reads back to the same public key when $when", ({ comment }) => {
    const directory = mkdtempSync(join(tmpdir(), "keys-"));
    const pair = generateSshKeyPair(comment);
    const file = join(directory, "key");
    writeFileSync(file, pair.privateKey, { mode: 0o600 });

    const read = execFileSync("ssh-keygen", ["-y", "-f", file], { encoding: "utf8" });

    expect(read.split(" ").slice(0, 2).join(" ").trim()).toBe(pair.publicKey);
    rmSync(directory, { recursive: true });
  });

  it("never makes the same key twice", () => {
    expect(generateSshKeyPair("a").publicKey).not.toBe(generateSshKeyPair("a").publicKey);
  });
});
