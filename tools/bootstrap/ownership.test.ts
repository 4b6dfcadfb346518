import { chownSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkoutUser, giveBack } from "./ownership.mjs";

const USER = 65_534;
const sudo = { SUDO_UID: String(USER), SUDO_GID: String(USER) };
const asRoot = process.getuid?.() === 0 ? it : it.skip;

describe("a checkout after sudo npm start", () => {
  let checkout: string;
  beforeEach(() => {
    checkout = mkdtempSync(join(tmpdir(), "checkout-"));
    for (const folder of ["node_modules/a", ".git"]) mkdirSync(join(checkout, folder), { recursive: true });
    writeFileSync(join(checkout, "node_modules/a/index.js"), "");
    symlinkSync("/etc/passwd", join(checkout, "node_modules/link"));
  });
  afterEach(() => rmSync(checkout, { recursive: true }));

  const owner = (path: string) => lstatSync(join(checkout, path)).uid;

  asRoot("belongs to the user who called it, links themselves included", () => {
    chownSync(checkout, USER, USER);

    giveBack(checkout, sudo);

    expect(["node_modules", "node_modules/a/index.js", "node_modules/link"].map(owner)).toEqual([
      USER,
      USER,
      USER,
    ]);
    expect(lstatSync("/etc/passwd").uid).toBe(0);
  });

  asRoot.each([
    { when: "nobody called sudo", env: {} },
    { when: "root called sudo", env: { SUDO_UID: "0", SUDO_GID: "0" } },
    { when: "it belongs to somebody else", env: sudo },
  ])("stays as it is when $when", ({ env }) => {
    expect(checkoutUser(checkout, env)).toBeUndefined();

    giveBack(checkout, env);

    expect(owner("node_modules")).toBe(0);
  });
});
