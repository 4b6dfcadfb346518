import { isInstalled } from "./npm-packages.mjs";

const lock = {
  "": { version: "0.1.0" },
  "packages/a": { version: "0.1.0" },
  "node_modules/@autoscaler/a": { resolved: "packages/a", link: true },
  "node_modules/fastify": { version: "5.0.0" },
  "node_modules/jest": { version: "30.0.0", dev: true },
  "node_modules/@esbuild/win32": { version: "1.0.0", optional: true },
};
const links = { "node_modules/@autoscaler/a": { resolved: "packages/a", link: true } };
const present = { ...links, "node_modules/fastify": { version: "5.0.0" } };
const isThere = (packages: object, withTools = false) =>
  isInstalled(JSON.stringify({ packages: lock }), JSON.stringify({ packages }), { withTools });

describe("isInstalled", () => {
  it.each([
    { when: "all is there but the contributors' tools", packages: present, there: true },
    {
      when: "these are wanted, too",
      packages: present,
      withTools: true,
      there: false,
    },
    {
      when: "the user ran npm ci alone",
      packages: { ...present, "node_modules/jest": { version: "30.0.0" } },
      withTools: true,
      there: true,
    },
    {
      when: "a version is another",
      packages: { ...links, "node_modules/fastify": { version: "5.0.1" } },
      there: false,
    },
    {
      when: "a room of ours is new",
      packages: { "node_modules/fastify": { version: "5.0.0" } },
      there: false,
    },
    {
      when: "a room of ours has moved",
      packages: { ...present, "node_modules/@autoscaler/a": { resolved: "apps/a", link: true } },
      there: false,
    },
    { when: "nothing is there", packages: {}, there: false },
  ])("is $there when $when", ({ packages, withTools, there }) => {
    expect(isThere(packages, withTools)).toBe(there);
  });

  it("takes no record for nothing installed", () => {
    expect(isInstalled(JSON.stringify({ packages: lock }), "{}", { withTools: false })).toBe(false);
  });
});
