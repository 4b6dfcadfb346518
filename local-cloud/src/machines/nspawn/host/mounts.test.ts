import { mountPointsUnder } from "./mounts.ts";

const info = [
  "22 1 254:0 / / rw - ext4 /dev/vda rw",
  "30 22 0:30 / /state rw - tmpfs tmpfs rw",
  "31 30 0:31 / /state/lxcfs rw - fuse.lxcfs lxcfs rw",
  "32 22 0:32 / /state-of-others rw - tmpfs tmpfs rw",
  "33 30 0:33 / /state/with\\040space rw - tmpfs tmpfs rw",
].join("\n");

describe("mountPointsUnder", () => {
  it("lists a folder's mounts, the latest first, and no neighbour's", () => {
    expect(mountPointsUnder(info, "/state")).toEqual(["/state/with space", "/state/lxcfs", "/state"]);
  });

  it("is empty where nothing is mounted", () => {
    expect(mountPointsUnder(info, "/nowhere")).toEqual([]);
  });
});
