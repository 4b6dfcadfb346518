import { isOnlyVanished } from "./disk-copy.ts";
import { launchCommand, overlayOptions } from "./launch.ts";
import type { MachineFiles } from "./machine-files.ts";
import { createMachineStore } from "./machine-files.ts";

const filesIn = (directory: string): MachineFiles => createMachineStore(directory).filesOf("vm-1");

describe("launchCommand", () => {
  const machine = {
    id: "vm-1",
    hostName: "seed",
    vcpu: 2,
    memoryMib: 512,
    mac: "52:54:00:00:00:01",
    networkId: "n",
  };
  const place = {
    namespacePath: "/run/netns/x",
    imageDirectory: "/image",
    lxcfsDirectory: "/lxcfs",
    bridge: "br-1",
  };
  const command = launchCommand(machine, filesIn("/state"), { ...place, hasCpuView: false });

  it("enters the network, then a mount namespace of its own, then becomes the machine", () => {
    expect(command.slice(0, 4)).toEqual(["nsenter", "--net=/run/netns/x", "unshare", "--mount"]);
    expect(command).toContain("--directory=/state/machines/vm-1/root");
  });

  it("gives the machine its bridge, hardware address and share of /proc", () => {
    expect(command).toEqual(
      expect.arrayContaining([
        "--network-bridge=br-1",
        "--setenv=MACHINE_MAC=52:54:00:00:00:01",
        "--bind=/lxcfs:/var/lib/lxcfs",
      ]),
    );
  });
});

describe("a machine on a system where lxcfs cannot tell its share of the CPU", () => {
  it("is shown files of ours over those of lxcfs", () => {
    const machine = {
      id: "vm-1",
      hostName: "a",
      vcpu: 2,
      memoryMib: 512,
      mac: "52:54:00:00:00:01",
      networkId: "n",
    };
    const place = { namespacePath: "/n", imageDirectory: "/image", lxcfsDirectory: "/lxcfs", bridge: "br-1" };
    const command = launchCommand(machine, filesIn("/state"), { ...place, hasCpuView: true });

    expect(command.filter((word) => word.startsWith("--bind"))).toEqual([
      "--bind=/lxcfs:/var/lib/lxcfs",
      "--bind-ro=/state/machines/vm-1/cpu-view/stat:/var/lib/lxcfs/proc/stat",
      "--bind-ro=/state/machines/vm-1/cpu-view/cpuinfo:/var/lib/lxcfs/proc/cpuinfo",
    ]);
  });
});

describe("overlayOptions", () => {
  it("keeps the upper folder free of references, so that its copy is a disk", () => {
    const options = overlayOptions(filesIn("/state"), "/image");
    expect(options).toMatch(
      /^lowerdir=\/image,upperdir=.*,workdir=.*,index=off,metacopy=off,redirect_dir=off$/,
    );
  });

  it.each(["/a,b", "/a:b", "/a\\b"])("refuses %s, which mount would misread", (directory) => {
    expect(() => overlayOptions(filesIn(directory), "/image")).toThrow("comma, colon or backslash");
  });
});

describe("a machine's folder", () => {
  it.each(["", "..", "a/b", "../../etc", "a".repeat(65)])("is never made from the id %j", (id) => {
    expect(() => createMachineStore("/state").filesOf(id)).toThrow("not a machine id");
  });
});

describe("isOnlyVanished", () => {
  it.each([
    { when: "one file vanished", stderr: "cp: cannot stat '/u/a': No such file or directory\n", only: true },
    {
      when: "something else happened too",
      stderr:
        "cp: cannot stat '/u/a': No such file or directory\ncp: error writing '/t/b': No space left on device\n",
      only: false,
    },
    { when: "nothing was said", stderr: "", only: false },
  ])("is $only when $when", ({ stderr, only }) => {
    expect(isOnlyVanished(stderr)).toBe(only);
  });
});
