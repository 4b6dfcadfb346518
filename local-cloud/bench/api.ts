/**
 * How fast the API of the local cloud is, without machines: a list of 200 VMs (bound: p95 < 20 ms), and 1 000 mixed
 * calls, 50 at a time (bound: no error). Run: `node local-cloud/bench/api.ts`
 */
import { startTestCloud, type TestCloud } from "@autoscaler/local-cloud/testing.ts";

const VM_COUNT = 200;
const LIST_BOUND_MS = 20;
const LIST_COUNT = 100;
const CALL_COUNT = 1_000;
const AT_A_TIME = 50;

const VM = "/v1/jkt01/user-resource/vm";
const NETWORK = "/v1/jkt01/network";
const ORDER = "vcpu=2&ram=2048&disks=20&os_name=ubuntu&os_version=24.04-lts&reserve_public_ip=False";

async function uuidOf(answer: ReturnType<TestCloud["send"]>): Promise<string> {
  const { status, body } = await answer;
  if (status !== 200) throw new Error(`answered ${status}: ${JSON.stringify(body)}`);
  return String(Reflect.get(Object(body), "uuid"));
}

async function inParallel<T>(count: number, work: (index: number) => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const index = next;
      next += 1;
      results[index] = await work(index);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  return results;
}

function percentile(valuesMs: readonly number[], share: number): number {
  const sorted = valuesMs.toSorted((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
}

/** One in 25 makes a VM, one a network (there is room for 245 and 254); the rest reads and changes what is there. */
function mixedCall(cloud: TestCloud, uuids: readonly string[], index: number): ReturnType<TestCloud["send"]> {
  if (index % 25 === 0) return cloud.send("POST", VM, { form: `${ORDER}&name=new-${index}-x` });
  if (index % 25 === 1) return cloud.send("POST", `${NETWORK}/network?name=net-${index}`);
  const uuid = uuids[index % uuids.length] ?? "";
  switch (index % 8) {
    case 0:
      return cloud.send("GET", `${VM}?uuid=${uuid}`);
    case 1:
      return cloud.send("PATCH", VM, { form: `uuid=${uuid}&name=renamed-${index}` });
    case 2:
      return cloud.send("POST", `${VM}/stop`, { form: `uuid=${uuid}&force=True` });
    case 3:
      return cloud.send("GET", `${NETWORK}/ip_addresses`);
    case 4:
      return cloud.send("GET", `${NETWORK}/networks`);
    case 5:
      return cloud.send("GET", `${NETWORK}/firewalls`);
    case 6:
      return cloud.send("GET", "/v1/pricing/policy");
    default:
      return cloud.send("GET", `${VM}/list`);
  }
}

// Without holding answers against the OpenAPI file, which is the tests' work.
const cloud = await startTestCloud({ onAnswer: () => undefined });
const uuids = await inParallel(VM_COUNT, (index) =>
  uuidOf(cloud.send("POST", VM, { form: `${ORDER}&name=vm-${index}-x` })),
);

const listMs: number[] = [];
for (let round = 0; round < LIST_COUNT; round += 1) {
  const startMs = performance.now();
  await cloud.send("GET", `${VM}/list`);
  listMs.push(performance.now() - startMs);
}

const startMs = performance.now();
const answers = await inParallel(CALL_COUNT, (index) => mixedCall(cloud, uuids, index));
const tookMs = performance.now() - startMs;
const failed = answers.filter(({ status }) => status !== 200);
await cloud.close();

const [p50, p95] = [percentile(listMs, 0.5), percentile(listMs, 0.95)];
process.stdout.write(
  `list of ${VM_COUNT} VMs: p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms (bound ${LIST_BOUND_MS} ms)\n` +
    `${CALL_COUNT} mixed calls, ${AT_A_TIME} at a time: ${failed.length} errors (bound 0), ${Math.round(tookMs)} ms\n`,
);
for (const { status, body } of failed.slice(0, 5))
  process.stdout.write(`  ${status} ${JSON.stringify(body)}\n`);
process.exitCode = p95 < LIST_BOUND_MS && failed.length === 0 ? 0 : 1;
