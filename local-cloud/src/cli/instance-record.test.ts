import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { identityOf } from "../machines/nspawn/host/process-identity.ts";
import type { Instance } from "../machines/nspawn/instance.ts";
import { livingOwner, readRecord, serviceStatus, writeRecord } from "./instance-record.ts";

describe("an instance's record", () => {
  let instance: Instance;
  beforeEach(async () => {
    const stateDirectory = await mkdtemp(join(tmpdir(), "instance-"));
    instance = {
      name: "t-test",
      stateDirectory,
      cacheDirectory: stateDirectory,
      namespacePath: "/run/netns/t-test",
    };
  });
  afterEach(() => rm(instance.stateDirectory, { recursive: true }));

  it("has no owner when there is none, or it is unreadable", async () => {
    expect(await livingOwner(instance)).toBeUndefined();
    await writeFile(join(instance.stateDirectory, "instance.json"), "{half");
    expect(await readRecord(instance)).toBeUndefined();
  });

  it("respects another process that lives, and neither this one nor a dead one", async () => {
    const parent = identityOf(process.ppid);
    const self = identityOf(process.pid);
    if (parent === undefined || self === undefined) throw new Error("no identity");
    await writeRecord(instance, { phase: "up", owner: parent });
    expect(await livingOwner(instance)).toEqual(parent);
    await writeRecord(instance, { phase: "up", owner: self });
    expect(await livingOwner(instance)).toBeUndefined();
    await writeRecord(instance, { phase: "up", owner: { ...parent, startTicks: "1" } });
    expect(await livingOwner(instance)).toBeUndefined();
  });

  it("shows a service without a record as stopped", async () => {
    expect(await serviceStatus(instance, "api")).toEqual({ name: "api", running: false });
  });
});
