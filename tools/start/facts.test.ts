import { systemOf } from "../bootstrap/system-packages.mjs";
import { machineFacts } from "./facts.ts";

describe("the name of a system", () => {
  it.each([
    {
      text: 'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
      name: "Debian GNU/Linux 12 (bookworm)",
    },
    { text: "PRETTY_NAME=Arch\n", name: "Arch" },
    { text: "", name: "an unknown system" },
  ])("reads $name", ({ text, name }) => {
    expect(systemOf(text).name).toBe(name);
  });
});

describe("machineFacts", () => {
  it("names kernel, system, cgroups, cores, Node, Pulumi and its plugins", () => {
    const facts = machineFacts({ version: "v3.274.1", plugins: "stand-ins" });

    expect(Object.keys(facts)).toEqual([
      ...["system", "kernel", "cgroups", "cores", "memory", "node", "pulumi", "plugins"],
    ]);
    expect(facts).toMatchObject({ pulumi: "v3.274.1", node: process.version });
    expect(facts["cgroups"]).toMatch(/^v[12]$/);
    expect(facts["plugins"]).toContain("stand-ins");
  });
});
