import type { LocalCloudSettings } from "@autoscaler/local-cloud";
import { loadOpenApi } from "@autoscaler/local-cloud/api/openapi/openapi.ts";
import { startTestCloud, TEST_KEY, type TestCloud } from "@autoscaler/local-cloud/testing.ts";
import type { Cloud } from "./cloud.ts";
import { type ContractRun, createContractRun } from "./contract.ts";
import { createCloud } from "./create-cloud.ts";

const order = { osName: "ubuntu", osVersion: "24.04-lts", vcpu: 2, memoryMib: 2048, diskGb: 20 };
const quick = {
  absence: { readCount: 2, intervalMs: 10, giveUpAfterMs: 2_000 },
  lookUp: { intervalMs: 10, giveUpAfterMs: 2_000 },
};
const lagging = { listLagMs: 60, ipLagMs: 120, tombstoneMs: 80 };

describe.each([
  { when: "a cloud without lag", location: "jkt01", change: {} },
  { when: "a cloud whose lists lag", location: "jkt01", change: lagging },
  {
    when: "an account that has no network yet",
    location: "sgp01",
    change: { startWithDefaultNetwork: false },
  },
  { when: "a URL without location, 201 for creates", location: "", change: { createdStatus: 201 } as const },
  ...[
    { plusMeansSpace: true },
    { assignBody: "older" },
    { assignBody: "newer" },
    { unknownVmText: "live" },
    { vmDeletedStatus: 204 },
    { stopAnswersEmpty: true },
    { resizeToSame: "ignored" },
    { powerInWrongState: "refused" },
    { unassignedKeys: "null" },
    { deleteAssignedAddress: "refused" },
    { listsUnfinishedVms: true, ...lagging },
    { uniqueNames: true },
    { cloneNetwork: "source" },
    { cloneLocksSource: true },
    { cloneKeepsFirewalls: true },
    { refusesWithStatus200: true },
    { acceptsLocations: false },
  ].map((change) => ({
    when: JSON.stringify(change),
    location: "acceptsLocations" in change ? "" : "jkt01",
    change: change as Partial<LocalCloudSettings>,
  })),
])("the contract on $when", ({ location, change }) => {
  let local: TestCloud;
  let run: ContractRun;
  const names = stepNames();

  beforeAll(async () => {
    local = await startTestCloud({ change });
    const cloud = createCloud({
      apiUrl: local.url,
      apiKey: TEST_KEY,
      location,
      ...quick,
    });
    run = createContractRun({
      cloud,
      prefix: "contract",
      order,
      waitForIpMs: 2_000,
    });
  });

  afterAll(async () => {
    await run.cleanUp();
    const { vms, ips } = await local.counts();
    await local.close();
    expect({ vms, ips }).toEqual({ vms: 0, ips: 0 });
  });

  it.each(names)("%s", async (name) => {
    await run.steps.find((step) => step.name === name)?.run();
  });
});

it("sends what the OpenAPI file describes: its fields, in the encoding that each call wants", async () => {
  const { problemsOfRequest } = loadOpenApi();
  const problems = new Set<string>();
  const operations = new Set<string>();
  const local = await startTestCloud({
    onAnswer({ operation, sent }) {
      operations.add(operation);
      for (const problem of problemsOfRequest(operation, sent)) problems.add(problem);
    },
  });
  const cloud = createCloud({ apiUrl: local.url, apiKey: TEST_KEY, location: "jkt01", ...quick });
  await Promise.all([runAll(cloud), tryEveryField(cloud)]);
  await local.close();

  expect([...problems]).toEqual([]);
  expect(operations.size).toBeGreaterThan(25);
});

async function runAll(cloud: Cloud): Promise<void> {
  const run = createContractRun({ cloud, prefix: "whole", order, waitForIpMs: 2_000 });
  for (const step of run.steps) await step.run();
}

async function tryEveryField(cloud: Cloud): Promise<void> {
  await cloud.createVm({
    ...order,
    name: "everything",
    reservePublicIp: true,
    description: "two words",
    cloudInit: '{"runcmd":["true"]}',
  });
  await cloud.listDisks();
}

/** The names do not depend on the cloud, so a client that is never used will do. */
function stepNames(): readonly string[] {
  const cloud = createCloud({ apiUrl: "http://127.0.0.1:1", apiKey: TEST_KEY, location: "" });
  return createContractRun({ cloud, prefix: "names", order, waitForIpMs: 0 }).steps.map(({ name }) => name);
}
