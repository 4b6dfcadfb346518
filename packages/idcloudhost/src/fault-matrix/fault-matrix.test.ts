import { writeSync } from "node:fs";
import { startTestCloud, TEST_KEY, type TestCloud } from "@autoscaler/local-cloud/testing.ts";
import type { Cloud } from "../cloud.ts";
import { createCloud } from "../create-cloud.ts";
import { isCloudError } from "../errors.ts";
import { type Mutation, makeThings, mutations } from "./mutations.ts";
import { renderMatrix } from "./render-matrix.ts";

type FaultOrder = Readonly<Record<string, string | number>>;

/** Faults of lists last a while, because the number of reads varies; all others apply once. */
const faults: readonly { readonly fault: string; readonly orders: readonly FaultOrder[] }[] = [
  { fault: "none", orders: [] },
  { fault: "slow", orders: [{ kind: "slow", delayMs: 550 }] },
  { fault: "lost-before", orders: [{ kind: "lost-before" }] },
  { fault: "lost-after", orders: [{ kind: "lost-after" }] },
  { fault: "cut-answer", orders: [{ kind: "cut-answer" }] },
  { fault: "server-error", orders: [{ kind: "server-error" }] },
  { fault: "server-error-after", orders: [{ kind: "server-error-after" }] },
  { fault: "rate-limited", orders: [{ kind: "rate-limited", retryAfterSeconds: 0 }] },
  { fault: "create-refused", orders: [{ kind: "create-refused" }] },
  { fault: "never-boots", orders: [{ kind: "never-boots" }] },
  { fault: "clone-without-network", orders: [{ kind: "clone-without-network" }] },
  { fault: "vm-dies", orders: [{ kind: "vm-dies", afterMs: 0 }] },
  { fault: "stale-list", orders: [{ kind: "stale-list", forMs: 120 }] },
  { fault: "shuffled-list", orders: [{ kind: "shuffled-list", forMs: 120 }] },
  { fault: "late-ip", orders: [{ kind: "late-ip", lagMs: 1_000, forMs: 120 }] },
  {
    fault: "lost-after + stale-list",
    orders: [{ kind: "lost-after" }, { kind: "stale-list", forMs: 120 }],
  },
];

/** Faults of the caller's reads, not of the call of the row. */
const OF_LISTS = ["stale-list", "shuffled-list", "late-ip"];
/** Faults that apply to creating calls only. */
const OF_CREATES: Readonly<Record<string, readonly string[]>> = {
  "create-refused": ["createVm", "cloneVm", "createFloatingIp", "createFirewall"],
  "never-boots": ["createVm", "cloneVm"],
  "vm-dies": ["createVm", "cloneVm"],
  "clone-without-network": ["cloneVm"],
};
const AT_A_TIME = 6;

describe("every change under every fault", () => {
  const cells = new Map<string, string>();
  const cellOf = (fault: string, { name, operation = name }: Mutation) => `${name}/${operation}/${fault}`;

  afterAll(() => {
    const rows = mutations.map((mutation) => ({
      name: `${mutation.name} (${mutation.operation ?? mutation.name})`,
      cells: faults.map(({ fault }) => cells.get(cellOf(fault, mutation)) ?? ""),
    }));
    writeSync(
      1,
      `${renderMatrix(
        faults.map(({ fault }) => fault),
        rows,
      )}\n`,
    );
  });

  it("has a row for every changing function of the client", () => {
    const cloud = createCloud({ apiUrl: "http://127.0.0.1:1", apiKey: TEST_KEY, location: "" });
    const changing = Object.keys(cloud).filter(
      (name) => !/^(list|get|find|networkOf|publicIpsOf)/.test(name),
    );
    expect(changing.toSorted()).toEqual([...new Set(mutations.map(({ name }) => name))].toSorted());
  });

  it.each(faults)(
    "takes effect exactly once: $fault",
    async ({ fault, orders }) => {
      const problems: string[] = [];
      const queue = [...mutations];
      const work = async () => {
        for (let mutation = queue.shift(); mutation !== undefined; mutation = queue.shift()) {
          const cell = await runCell(mutation, orders).catch((error: unknown) => `failed: ${String(error)}`);
          cells.set(cellOf(fault, mutation), cell);
          if (cell.startsWith("failed")) problems.push(`${cellOf(fault, mutation)} ${cell}`);
        }
      };
      await Promise.all(Array.from({ length: AT_A_TIME }, work));
      expect(problems).toEqual([]);
    },
    60_000,
  );
});

/** `ok`: at the first try. `again`: reported as failed, called once more. `-`: the fault does not apply. */
async function runCell(mutation: Mutation, orders: readonly FaultOrder[]): Promise<string> {
  const { operation = mutation.name } = mutation;
  const local = await startTestCloud();
  const kinds = orders.map(({ kind }) => kind);
  // A slow or stale effect shows before a long look-up ends; after a lost one the whole time would be spent.
  const isLate = kinds.includes("slow") || kinds.includes("stale-list");
  const looking = { intervalMs: 5, giveUpAfterMs: isLate ? 10_000 : 350 };
  const connect = (deadlineMs: number) =>
    createCloud({
      apiUrl: local.url,
      apiKey: TEST_KEY,
      location: "jkt01",
      random: () => 0,
      absence: { readCount: 2, intervalMs: 5, giveUpAfterMs: 800 },
      lookUp: looking,
      deadlines: { readMs: 5_000, changeMs: deadlineMs, powerMs: deadlineMs, createMs: deadlineMs },
    });
  try {
    const things = await makeThings(connect(5_000), looking);
    const cloud = connect(kinds.includes("slow") ? 400 : 5_000);
    const applicable = orders.filter(({ kind }) => OF_CREATES[String(kind)]?.includes(operation) ?? true);
    for (const order of applicable) {
      const aim = OF_LISTS.includes(String(order["kind"])) ? {} : { operation, count: 1 };
      await local.send("POST", "/_local/faults", { json: { ...order, ...aim } });
    }
    const failure = await mutation.run(cloud, things).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failure !== undefined && !isCloudError(failure)) return `failed: threw ${String(failure)}`;
    if (failure !== undefined) await mutation.run(cloud, things);

    const remaining = await local.send("GET", "/_local/faults");
    if (JSON.stringify(remaining.body).includes('"leftCount":1')) return "failed: the fault was not applied";
    await local.send("DELETE", "/_local/faults");
    if (!(await mutation.holds(cloud, things))) return "failed: no effect";
    const leak = await findLeak(cloud, local);
    if (leak !== undefined) return `failed: ${leak}`;
    if (orders.length > 0 && applicable.length === 0) return "-";
    return failure === undefined ? "ok" : "again";
  } finally {
    await local.close();
  }
}

/** A duplicate name, a stray address, a VM or address that the client does not list. */
async function findLeak(cloud: Cloud, local: TestCloud): Promise<string | undefined> {
  const [vms, ips, networks, firewalls] = await Promise.all([
    cloud.listVms(),
    cloud.listFloatingIps(),
    cloud.listNetworks(),
    cloud.listFirewalls(),
  ]);
  for (const list of [vms, ips.filter(({ name }) => name !== undefined), networks, firewalls]) {
    const names = list.map(({ name }) => name);
    if (new Set(names).size !== names.length) return `two of a name: ${names.join(", ")}`;
  }
  const stray = ips.find(({ name, assignedTo }) => name === undefined && assignedTo === undefined);
  if (stray !== undefined) return `${stray.address} is a stray address`;
  const counts = await local.counts();
  return counts.vms === vms.length && counts.ips === ips.length ? undefined : "a VM or address is not seen";
}
