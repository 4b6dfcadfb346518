import { vmInputs } from "../testing/vm-inputs.ts";
import { provider as clonePool } from "./clone-pool.ts";
import { provider as firewall } from "./firewall.ts";
import { provider as floatingIp } from "./floating-ip.ts";
import { provider as network } from "./network.ts";
import type { Provider } from "./provider-results.ts";
import { provider as publicIpRelease } from "./public-ip-release.ts";
import { provider as vm } from "./vm.ts";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const shared = { location: "jkt01", name: "local-ab12cd-lb", machineNames: ["local-ab12cd-lb"] };
const rule = {
  protocol: "tcp",
  direction: "inbound",
  portStart: 80,
  portEnd: 443,
  prefixes: ["10.77.1.0/24"],
};

/** Every resource with all its inputs and outputs. */
const resources: Readonly<Record<string, readonly [Provider<never, never>, object]>> = {
  Vm: [vm as never, { ...vmInputs, privateIpv4: "10.77.1.10" }],
  Network: [
    network as never,
    { ...shared, name: "local-ab12cd-network", cidr: "10.77.1.0/24", isDefault: true },
  ],
  Firewall: [firewall as never, { ...shared, rules: [rule], vmUuids: ["v1"] }],
  FloatingIp: [floatingIp as never, { ...shared, vmUuid: "v1", address: "203.0.113.10" }],
  PublicIpRelease: [publicIpRelease as never, { location: "jkt01", vmUuid: "v1", isKept: false }],
  ClonePool: [
    clonePool as never,
    {
      ...{ location: "jkt01", pool: "calc", clonePrefix: "local-ab12cd-c-", networkUuid: "n1" },
      ...{ machineNames: ["local-ab12cd-lb"], pollIntervalMs: 20, quietSeconds: 0 },
    },
  ],
};

/** The value with one part of it not known, for every part at every depth. */
function* withoutOne(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) {
    for (const [at, element] of value.entries())
      for (const other of withoutOne(element)) yield value.with(at, other);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, part] of Object.entries(value))
      for (const other of withoutOne(part)) yield { ...value, [key]: other };
  }
  yield UNKNOWN;
}

const cases = Object.entries(resources).flatMap(([type, [provider, inputs]]) =>
  [...withoutOne(inputs)]
    .filter((news) => news !== UNKNOWN)
    .map((news) => ({ type, provider, inputs, news, text: JSON.stringify(news).replaceAll(UNKNOWN, "?") })),
);

describe("inputs that are not known yet, as in a preview", () => {
  it.each(cases)("hinder neither check nor diff of a $type: $text", async ({ provider, inputs, news }) => {
    for (const olds of [inputs, {}]) {
      expect((await provider.check(olds as never, news as never)).failures).toEqual([]);
    }
    expect(await provider.diff("id", inputs as never, news as never)).toMatchObject({
      changes: expect.any(Boolean),
      deleteBeforeReplace: true,
    });
  });
});
