import { createStack, isLong, nested, type Stack } from "./stack.ts";

/** What a forced replacement of a resource does to the cloud. */
type Outcome =
  /** What stands under these names is another one afterwards; all else is the same. */
  | { readonly renews: readonly string[] }
  /** It is refused with a sentence, and nothing is another one. */
  | { readonly refusal: RegExp };

const nothing: Outcome = { renews: [] };
const machines = ["seed", "lb", "monitor"] as const;
const vm = (role: string): Outcome => ({ renews: [`vm ${role}`] });
const inUse = (why: string): Outcome => ({
  refusal: new RegExp(`not replaced while .*-(seed|lb|monitor) run: ${why}`),
});
const noOtherKey = inUse("they know no other key");

/** Every resource that a provider of ours makes, by its type and name. */
const resources: Readonly<Record<string, Outcome>> = {
  "Network::network-vpc": inUse("everything of the stack is in this network"),
  "ClonePool::network-clones": inUse("all clones would go at once"),
  "SshKeyPair::deploy-key": noOtherKey,
  ...Object.fromEntries(machines.map((role) => [`SshKeyPair::${role}-host-key`, noOtherKey])),
  ...Object.fromEntries(machines.map((role) => [`Vm::${role}-vm`, vm(role)])),
  ...Object.fromEntries(
    machines.map((role) => [`Firewall::${role}-firewall`, { renews: [`firewall ${role}`] }]),
  ),
  "FloatingIp::lb-ip": { renews: ["ip lb"] },
  "FloatingIp::monitor-ip": { renews: ["ip monitor"] },
  "PublicIpRelease::service-public-ip-release": nothing,
};

const ways = ["up --replace", "state taint", "state delete", "destroy --target", "up --target"] as const;
type Way = (typeof ways)[number];

interface Case {
  readonly way: Way;
  readonly resource: string;
}
const all = ways.flatMap((way) => Object.keys(resources).map((resource): Case => ({ way, resource })));
const few: readonly Case[] = [
  { way: "up --replace", resource: "Vm::seed-vm" },
  { way: "up --replace", resource: "Network::network-vpc" },
  { way: "up --replace", resource: "ClonePool::network-clones" },
  { way: "state taint", resource: "FloatingIp::lb-ip" },
  { way: "state taint", resource: "SshKeyPair::deploy-key" },
  { way: "state delete", resource: "Firewall::monitor-firewall" },
];

/** One stack, case by case; each must leave it whole for the next. */
describe("a resource that is replaced, deleted or forgotten by force", () => {
  jest.setTimeout(180_000);
  let stack: Stack;

  beforeAll(async () => {
    stack = await createStack();
    stack.project.configure(nested(stack.settings));
    await stack.run("up");
  });
  afterAll(() => stack?.close());

  /** `vm seed` -> uuid, for everything of the stack: names end with the role, or with what they are. */
  async function things(): Promise<ReadonlyMap<string, string>> {
    const { vms, ips, networks, firewalls, counts } = await stack.state();
    const of = (kind: string, list: typeof vms) =>
      list
        .filter(({ name = "" }) => name.startsWith("engine-"))
        .map(({ name = "", uuid }) => [`${kind} ${name.split("-").at(-1)}`, uuid] as const);
    const found = [
      ...of("vm", vms),
      ...of("ip", ips),
      ...of("network", networks),
      ...of("firewall", firewalls),
    ];
    // Nothing twice under a name, and nothing that has none.
    expect(counts).toMatchObject({
      vms: 3,
      ips: 2,
      unassignedIps: 0,
      networks: 2,
      firewalls: 3,
    });
    expect(networks.filter(({ isDefault }) => isDefault).map(({ name }) => name)).toEqual([
      expect.stringMatching(/^engine-.*-network$/),
    ]);
    expect(new Set(found.map(([key]) => key)).size).toBe(9);
    return new Map(found);
  }

  async function urnOf(resource: string): Promise<string> {
    const { output } = await stack.project.run("stack", "--show-urns");
    const urn = output.split(/\s+/).find((word) => word.startsWith("urn:") && word.endsWith(`:${resource}`));
    if (urn === undefined) throw new Error(`${resource} is not in the state:\n${output}`);
    return urn;
  }

  it("is known here, whatever its type", async () => {
    const { output } = await stack.project.run("stack", "--show-urns");
    const ours = output
      .split(/\s+/)
      .flatMap((word) => /dynamic\/idcloudhost:(\w+::[\w-]+)$/.exec(word)?.[1] ?? []);

    expect(ours.toSorted()).toEqual(Object.keys(resources).toSorted());
  });

  const cases = (isLong ? all : few).map((each) => ({
    ...each,
    outcome: resources[each.resource] ?? nothing,
  }));
  it.each(cases)("leaves the stack whole: $way of $resource", async ({ way, resource, outcome }) => {
    const before = await things();
    const urn = await urnOf(resource);
    const renewed = async () => {
      const after = await things();
      return [...after].filter(([key, uuid]) => before.get(key) !== uuid).map(([key]) => key);
    };

    if (way === "up --replace" || way === "state taint") {
      if (way === "state taint") await stack.project.run("state", "taint", "--yes", urn);
      const { exitCode, output } = await stack.project.run(
        "up",
        "--yes",
        "--skip-preview",
        ...(way === "up --replace" ? ["--replace", urn] : []),
      );
      if ("refusal" in outcome) {
        expect({ exitCode: exitCode === 0, output }).toEqual({
          exitCode: false,
          output: expect.stringMatching(outcome.refusal),
        });
        expect(await renewed()).toEqual([]);
        await stack.project.run("state", "untaint", "--yes", urn);
      } else {
        expect(exitCode === 0 ? "" : output).toBe("");
        expect((await renewed()).toSorted()).toEqual(outcome.renews.toSorted());
      }
    }
    if (way === "state delete") {
      const deleted = await stack.project.run("state", "delete", "--yes", "--target-dependents", urn);
      expect(deleted.exitCode === 0 ? "" : deleted.output).toBe("");
      await stack.run("up");
      // What lives in the state alone is made anew, and whatever was made with it cannot be taken over.
      if (!resource.startsWith("SshKeyPair")) expect(await renewed()).toEqual([]);
    }
    if (way === "destroy --target") {
      await stack.run("destroy", "--target", urn, "--target-dependents");
      await stack.run("up");
    }
    if (way === "up --target") {
      await stack.run("up", "--target", urn);
      expect(await renewed()).toEqual([]);
    }

    const { output } = await stack.run("up");
    expect(output).toMatch(/\d+ unchanged/);
    expect(output).not.toMatch(/\d+ (created|updated|replaced|deleted)/);
    await things();
  });

  it("can still be destroyed, without a trace", async () => {
    await stack.run("destroy");
    expect((await stack.state()).counts).toMatchObject({ vms: 0, ips: 0, networks: 1, firewalls: 0 });
  });
});
