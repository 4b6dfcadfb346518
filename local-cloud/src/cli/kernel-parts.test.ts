import { loadKernelParts } from "./kernel-parts.ts";

/** A kernel that has some parts loaded, and loads `overlay` or `fuse` by the commands that work on it. */
function kernelWith(loaded: readonly string[], working: Readonly<Record<string, string>> = {}) {
  const there = new Set(loaded);
  const commands: string[] = [];
  return {
    commands,
    isThere: async ({ name }: { readonly name: string }) => there.has(name),
    async run(command: readonly string[]) {
      commands.push(command.join(" "));
      const part = working[command.join(" ")] ?? working[command[0] ?? ""];
      if (part === undefined) throw new Error("no such module");
      there.add(part);
      if (command[0] === "unshare") throw new Error("special device probe does not exist");
    },
  };
}

describe("loadKernelParts", () => {
  it("leaves a kernel alone that has all", async () => {
    const kernel = kernelWith(["overlay", "network", "fuse"]);

    expect(await loadKernelParts(kernel)).toEqual([]);
    expect(kernel.commands).toEqual([]);
  });

  it.each([
    { when: "modprobe works", working: { "modprobe overlay": "overlay" } },
    { when: "there is no modprobe, but a mount makes the kernel load it", working: { unshare: "overlay" } },
  ])("has the overlay module of a stock kernel loaded when $when", async ({ working }) => {
    expect(await loadKernelParts(kernelWith(["network", "fuse"], working))).toEqual([]);
  });

  it("says what is missing only after trying to load it", async () => {
    const kernel = kernelWith([]);

    expect(await loadKernelParts(kernel)).toEqual([
      expect.stringContaining("no overlay file system"),
      expect.stringContaining("nftables"),
      expect.stringContaining("/dev/fuse"),
    ]);
    expect(kernel.commands).toHaveLength(4);
  });
});
