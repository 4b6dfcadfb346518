import { type Cloud, CloudError } from "@autoscaler/idcloudhost";
import { createCloudPort } from "./cloud.ts";

const vm = { uuid: "vm-1", name: "pool-c-abc123", status: "running", privateIpv4: "10.77.1.20", vcpu: 1 };

function portWith(methods: Partial<Cloud>) {
  return createCloudPort({ cloud: methods as Cloud, seedVmUuid: "seed" });
}

function failure(code: CloudError["code"], outcome: CloudError["outcome"]): () => Promise<never> {
  return async () => {
    throw new CloudError("test", { code, outcome, request: "POST /v1/vm/clone" });
  };
}

describe("the cloud port", () => {
  it("clones the seed and keeps what the loop needs", async () => {
    const asked: unknown[] = [];
    const port = portWith({
      async cloneVm(input) {
        asked.push(input);
        return vm;
      },
    });

    expect(await port.cloneSeed("pool-c-abc123")).toEqual({
      kind: "created",
      vm: { uuid: "vm-1", name: "pool-c-abc123", status: "running", privateIpv4: "10.77.1.20" },
    });
    expect(asked).toEqual([{ sourceUuid: "seed", name: "pool-c-abc123" }]);
  });

  it.each([
    { when: "the seed is locked", cloneVm: failure("CLOUD_LOCKED", "rejected"), kind: "busy" },
    { when: "it is refused", cloneVm: failure("CLOUD_REFUSED", "rejected"), kind: "refused" },
    { when: "it was never sent", cloneVm: failure("CLOUD_UNREACHABLE", "not-sent"), kind: "refused" },
    { when: "the answer is late", cloneVm: failure("CLOUD_TIMEOUT", "unknown"), kind: "unknown" },
    { when: "the cloud fails", cloneVm: failure("CLOUD_FAILED", "unknown"), kind: "unknown" },
    { when: "something else breaks", cloneVm: () => Promise.reject(new TypeError("bug")), kind: "unknown" },
  ])("says $kind when $when", async ({ cloneVm, kind }) => {
    expect(await portWith({ cloneVm }).cloneSeed("x")).toMatchObject({ kind });
  });

  it("takes a tombstone and an unknown machine for absent, and other failures for failures", async () => {
    expect(
      await portWith({ getVm: async () => ({ ...vm, status: "Deleted" }) }).getVm("vm-1"),
    ).toBeUndefined();
    expect(await portWith({ getVm: failure("CLOUD_NOT_FOUND", "rejected") }).getVm("vm-1")).toBeUndefined();
    await expect(portWith({ getVm: failure("CLOUD_FAILED", "unknown") }).getVm("vm-1")).rejects.toMatchObject(
      { code: "CLOUD_FAILED" },
    );
  });

  it("counts only unnamed addresses as automatic, and releases by address and uuid", async () => {
    const released: unknown[] = [];
    const port = portWith({
      publicIpsOfVm: async () => [
        { address: "203.0.113.1", uuid: "ip-1", assignedTo: "vm-1" },
        { address: "203.0.113.2", uuid: "ip-2", name: "office", assignedTo: "vm-1" },
      ],
      async releaseIp(address, options) {
        released.push([address, options]);
      },
    });

    expect(await port.automaticIpsOf("vm-1")).toEqual([{ address: "203.0.113.1", uuid: "ip-1" }]);
    await port.releaseIp({ address: "203.0.113.1", uuid: "ip-1" });
    expect(released).toEqual([["203.0.113.1", { uuid: "ip-1" }]]);
  });
});
