import { machineProblem } from "./machine.mjs";

describe("machineProblem", () => {
  it("has none with Linux on x86-64", () => {
    expect(machineProblem("linux", "x64")).toBeUndefined();
  });

  it.each([
    { platform: "darwin", arch: "arm64", says: ["need Linux, this is darwin", "limactl", "--arch=x86_64"] },
    { platform: "win32", arch: "x64", says: ["this is win32", "multipass launch"] },
    { platform: "linux", arch: "arm64", says: ["need x86-64, this is arm64", "pulumi up"] },
  ])("says at once what works on $platform $arch, and what does not", ({ platform, arch, says }) => {
    for (const text of says) expect(machineProblem(platform, arch)).toContain(text);
  });
});
