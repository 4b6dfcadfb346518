import type { Cloud } from "../cloud.ts";
import { provider as clonePool } from "./clone-pool.ts";
import { useCloud } from "./connection.ts";
import { provider as network } from "./network.ts";
import { provider as publicIpRelease } from "./public-ip-release.ts";

describe("what is settled with the first up", () => {
  const inNetwork = { name: "local-ab12cd-network", location: "jkt01", machineNames: [] };
  const inPool = {
    location: "jkt01",
    pool: "calc",
    clonePrefix: "local-ab12cd-c-",
    networkUuid: "n1",
    machineNames: [],
    pollIntervalMs: 0,
    quietSeconds: 0,
  };
  const seed = { location: "jkt01", vmUuid: "seed", isKept: false };
  const OF_010 = undefined as never; // a state of version 0.1.0 lacks it

  it.each<{
    what: string;
    check: () => Promise<{ failures: readonly { reason: string }[] }>;
    says: readonly unknown[];
  }>([
    {
      what: "another location",
      check: () => network.check(inNetwork, { ...inNetwork, location: "sgp01" }),
      says: [expect.stringMatching(/made in jkt01 and cannot move.*destroy/)],
    },
    {
      what: "a location after the account's default",
      check: () => network.check({ ...inNetwork, location: "" }, inNetwork),
      says: [expect.stringMatching(/made in the account's default location/)],
    },
    {
      what: "the same location",
      check: () => network.check(inNetwork, inNetwork),
      says: [],
    },
    {
      what: "a location where the state has none",
      check: () => network.check({ ...inNetwork, location: OF_010 }, inNetwork),
      says: [],
    },
    { what: "the first up", check: () => network.check({} as never, inNetwork), says: [] },
    {
      what: "another name of the pool",
      check: () => clonePool.check(inPool, { ...inPool, pool: "web" }),
      says: [expect.stringMatching(/called calc since it was made: set pool\.name back/)],
    },
    {
      what: "the name of a pool where the state has none",
      check: () => clonePool.check({ ...inPool, pool: OF_010 }, inPool),
      says: [],
    },
    {
      what: "a released address that is to be kept",
      check: () => publicIpRelease.check(seed, { ...seed, isKept: true }),
      says: [expect.stringMatching(/cannot come back: set seed\.keepPublicIp back to false/)],
    },
    {
      what: "a released address of version 0.1.0 that is to be kept",
      check: () => publicIpRelease.check({ ...seed, isKept: OF_010 }, { ...seed, isKept: true }),
      says: [expect.stringMatching(/cannot come back/)],
    },
    {
      what: "an address to be kept by another VM",
      check: () => publicIpRelease.check(seed, { ...seed, vmUuid: "other", isKept: true }),
      says: [],
    },
    {
      what: "a kept address that stays",
      check: () => publicIpRelease.check({ ...seed, isKept: true }, { ...seed, isKept: true }),
      says: [],
    },
    {
      what: "a kept address that is not kept any more",
      check: () => publicIpRelease.check({ ...seed, isKept: true }, seed),
      says: [],
    },
  ])("$what", async ({ check, says }) => {
    expect((await check()).failures.map(({ reason }) => reason)).toEqual(says);
  });

  it("releases an address when it is not kept, once", async () => {
    const released: string[] = [];
    useCloud({
      releaseAutomaticIpsOfVm: async (uuid: string) => {
        released.push(uuid);
        return [];
      },
    } as Partial<Cloud> as Cloud);

    const { outs } = await publicIpRelease.create({ ...seed, isKept: true });
    expect(released).toEqual([]);
    const { outs: later } = await publicIpRelease.update("id", outs, seed);
    await publicIpRelease.update("id", later, seed);

    expect(released).toEqual(["seed"]);
  });
});
