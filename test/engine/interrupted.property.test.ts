import { setTimeout as pause } from "node:timers/promises";
import fc from "fast-check";
import { createStack, isLong, nested, type Stack } from "./stack.ts";

/** How a run is cut off, so long after it began to make VMs. */
interface Cut {
  readonly afterMs: number;
  readonly how: "Ctrl-C" | "Ctrl-C twice" | "kill -9";
}

interface Life {
  readonly createVmMs: number;
  readonly listsUnfinishedVms: boolean;
  readonly listLagMs: number;
  readonly cuts: readonly Cut[];
}

const cut = fc.record<Cut>({
  afterMs: fc.integer({ min: 0, max: 6_000 }),
  how: fc.constantFrom("Ctrl-C", "Ctrl-C twice", "kill -9"),
});
const life = fc.record<Life>({
  createVmMs: fc.integer({ min: 300, max: 20_000 }),
  listsUnfinishedVms: fc.boolean(),
  listLagMs: fc.constantFrom(0, 200, 1_000),
  cuts: fc.array(cut, { minLength: 1, maxLength: 3 }),
});
/** Made six VMs, and a destroy that failed: a VM is not listed while it is made. */
const twoCtrlC: Life = {
  createVmMs: 12_000,
  listsUnfinishedVms: false,
  listLagMs: 1_000,
  cuts: [{ afterMs: 1_000, how: "Ctrl-C twice" }],
};
const killed: Life = { ...twoCtrlC, cuts: [{ afterMs: 3_000, how: "kill -9" }] };

/** For the second Ctrl-C: Pulumi takes one right after the first for the same. */
const SECOND_CTRL_C_MS = 700;

describe("a pulumi up that is cut off while VMs are made", () => {
  jest.setTimeout(isLong ? 3_600_000 : 300_000);

  it("makes what the program asks for when it is run again, and destroy leaves nothing", async () => {
    const examples: [Life][] = isLong ? [[twoCtrlC], [killed]] : [[twoCtrlC]];
    await fc.assert(fc.asyncProperty(life, live), {
      examples,
      numRuns: isLong ? 20 : examples.length,
      endOnFailure: true,
    });
  });
});

async function live({ createVmMs, listsUnfinishedVms, listLagMs, cuts }: Life): Promise<void> {
  const latencyMs = {
    createVm: createVmMs,
    cloneVm: 300,
    startVm: 50,
    stopVm: 100,
    deleteVm: 50,
    updateVm: 10,
  };
  const stack = await createStack({ latencyMs, listsUnfinishedVms, listLagMs });
  try {
    stack.project.configure(nested({ ...stack.settings, "pool.destroyQuietSeconds": 2 }));
    for (const each of cuts) await cutOff(stack, each);
    await stack.run("up");
    expect((await stack.state()).counts).toMatchObject({
      vms: 3,
      ips: 2,
      unassignedIps: 0,
      networks: 2,
      firewalls: 3,
    });
    const { output } = await stack.run("up");
    expect(output).not.toMatch(/\d+ (created|updated|replaced|deleted)/);

    await stack.run("destroy");
    expect((await stack.state()).counts).toMatchObject({ vms: 0, ips: 0, networks: 1, firewalls: 0 });
  } finally {
    await stack.close();
  }
}

async function cutOff({ project }: Stack, { afterMs, how }: Cut): Promise<void> {
  const up = project.start("up", "--yes", "--skip-preview");
  let hasEnded = false;
  void up.ended.then(() => {
    hasEnded = true;
  });
  while (!hasEnded && !/-vm .*creat/.test(up.output())) await pause(50);
  await pause(afterMs);
  up.signal(how === "kill -9" ? "SIGKILL" : "SIGINT");
  if (how === "Ctrl-C twice") {
    await pause(SECOND_CTRL_C_MS);
    up.signal("SIGINT");
  }
  await up.ended;
  await project.run("cancel", "--yes"); // the lock of one that was killed
}
