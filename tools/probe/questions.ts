import { setTimeout as delay } from "node:timers/promises";
import type { Cloud, CreateVmInput } from "@autoscaler/idcloudhost";
import { fieldOf } from "@autoscaler/service-kit";
import { quote, type RawCalls } from "./raw-calls.ts";

export interface Finding {
  readonly question: string;
  /** Absent when there was no answer. */
  readonly answer?: string;
  readonly why?: string;
}

export interface Asking {
  readonly cloud: Cloud;
  readonly cloudIn: (location: string) => Cloud;
  readonly raw: RawCalls;
  readonly prefix: string;
  readonly order: Pick<CreateVmInput, "osName" | "osVersion" | "vcpu" | "memoryMib" | "diskGb">;
  /** How long a public address may take to be listed, and a list to notice a change. */
  readonly waitMs: number;
  readonly pollMs: number;
  readonly signal: AbortSignal;
  say(line: string): void;
}

/** Unknown points (docs/api-facts.md#unknown) that a run cannot answer, and why. */
const OUT_OF_REACH: readonly Finding[] = [
  { question: "Rate limits and the body of 429", why: "finding out means flooding the API" },
  {
    question: "Does a clone run cloud-init again, and is its disk consistent",
    why: "that is inside the guest",
  },
  { question: "Size limit of cloud_init", why: "each try would be one more VM" },
  { question: "Does a VM without a public address reach the internet", why: "that is inside the guest" },
  { question: "Scopes of tokens", why: "they are chosen in the console" },
];

/** One VM, one clone of it, one network and one public address, one question after the other. */
export async function askQuestions(asking: Asking): Promise<readonly Finding[]> {
  const { cloud, raw, prefix, order, say, signal } = asking;
  const findings: Finding[] = [];
  const ask = async (question: string, answer: () => Promise<string>) => {
    signal.throwIfAborted();
    say(`asking: ${question}`);
    try {
      findings.push({ question, answer: await answer() });
    } catch (error) {
      findings.push({ question, why: error instanceof Error ? error.message : String(error) });
    }
  };
  const vmPath = "user-resource/vm";
  const name = `${prefix}-ask`;

  await ask("Server classes of jkt02", async () => {
    const pools = await asking.cloudIn("jkt02").listHostPools();
    return pools.map((pool) => `${pool.name}${pool.isDefault ? " (default)" : ""}`).join(", ");
  });
  await ask("Text for a VM that does not exist", async () =>
    quote(await raw.send("GET", `${vmPath}?uuid=aaaaaaaa-0000-4000-8000-cccccccccccc`)),
  );

  const network = await cloud.createNetwork(`${prefix}-ask-net`);
  const fields = {
    name,
    os_name: order.osName,
    os_version: order.osVersion,
    vcpu: order.vcpu,
    ram: order.memoryMib,
    disks: order.diskGb,
    network_uuid: network.uuid,
    reserve_public_ip: "False",
  };
  const form = Object.entries(fields).map(([field, value]) => `${field}=${encodeURIComponent(value)}`);
  const made = await raw.send("POST", vmPath, { form: `${form.join("&")}&description=one+two%20three` });
  const uuid = uuidOf(made.body);
  if (uuid === undefined) throw new Error(`the VM for the questions was refused: ${quote(made)}`);

  await ask("How long a create takes, and how long until the list shows the VM", async () => {
    const lagMs = await waitUntil(asking, async () => (await cloud.listVms()).some((vm) => vm.uuid === uuid));
    return `${made.durationMs} ms, status ${made.status}; listed after ${lagMs} ms more`;
  });
  await ask("Is + in a form read as a space", async () => {
    const { description = "" } = await cloud.getVm(uuid);
    if (description === "one+two three") return "no, + stays +";
    if (description === "one two three") return "yes, + becomes a space";
    return `neither: ${JSON.stringify(description)}`;
  });
  await ask("Answer of start for a VM that runs", async () =>
    quoteStatus(await raw.send("POST", `${vmPath}/start`, { form: `uuid=${uuid}` })),
  );
  await ask("Answer of the second of two changes at once (409)", async () => {
    const stop = () => raw.send("POST", `${vmPath}/stop`, { form: `uuid=${uuid}&force=False` });
    const answers = await Promise.all([stop(), stop()]);
    const refused = answers.find(({ status }) => status >= 400);
    return refused === undefined ? "both were accepted" : quote(refused);
  });
  await ask("Answer of stop for a VM that is stopped", async () => {
    await cloud.stopVm(uuid, { force: true });
    return quoteStatus(await raw.send("POST", `${vmPath}/stop`, { form: `uuid=${uuid}&force=True` }));
  });
  await ask("Answer of a resize to the size that it has", async () => {
    const same = `uuid=${uuid}&vcpu=${order.vcpu}&ram=${order.memoryMib}`;
    return quoteStatus(await raw.send("PATCH", vmPath, { form: same }));
  });
  await ask("Are names unique; how long a clone takes; where it lands", async () => {
    const cloned = await raw.send("POST", `${vmPath}/clone`, { form: `uuid=${uuid}&name=${name}` });
    const cloneUuid = uuidOf(cloned.body);
    if (cloneUuid === undefined) return `a clone with its source's name was refused: ${quote(cloned)}`;
    const home = await cloud.networkOfVm(cloneUuid);
    const place = home?.uuid === network.uuid ? "the network of its source" : "another network (the default)";
    const lagMs = await waitUntil(asking, async () => (await cloud.publicIpsOfVm(cloneUuid)).length > 0);
    await cloud.releaseAutomaticIpsOfVm(cloneUuid);
    await cloud.deleteVm(cloneUuid);
    return `names need not be unique; ${cloned.durationMs} ms from a stopped source; it landed in ${place}; its address was listed after ${lagMs} ms more`;
  });
  await ask("Can an assigned address be deleted", async () => {
    const ip = await cloud.createFloatingIp({ name: `${prefix}-ask-ip` });
    await cloud.assignFloatingIp(ip.address, uuid);
    const answer = await raw.send("DELETE", `network/ip_addresses/${ip.address}`);
    await cloud.releaseIp(ip.address, { uuid: ip.uuid });
    return quote(answer);
  });
  await ask("Body of a VM delete, and how long its traces last", async () => {
    const answer = await raw.send("DELETE", `${vmPath}?uuid=${uuid}`);
    const listMs = await waitUntil(
      asking,
      async () => !(await cloud.listVms()).some((vm) => vm.uuid === uuid),
    );
    const readMs = await waitUntil(
      asking,
      async () => (await raw.send("GET", `${vmPath}?uuid=${uuid}`)).status >= 400,
    );
    return `${quote(answer)}; listed for ${listMs} ms, readable for ${listMs + readMs} ms`;
  });
  await cloud.deleteNetwork(network.uuid);
  return [...findings, ...OUT_OF_REACH];
}

/** Milliseconds until `check` is true. @throws when that takes longer than `waitMs`. */
async function waitUntil({ waitMs, pollMs, signal }: Asking, check: () => Promise<boolean>): Promise<number> {
  const startMs = performance.now();
  while (!(await check())) {
    if (performance.now() - startMs > waitMs) throw new Error(`not within ${waitMs} ms`);
    await delay(pollMs, undefined, { signal });
  }
  return Math.round(performance.now() - startMs);
}

function uuidOf(body: unknown): string | undefined {
  const uuid = fieldOf(body, "uuid");
  return typeof uuid === "string" ? uuid : undefined;
}

/** A VM object is long and adds nothing: only its status is quoted; a refusal is quoted in full. */
function quoteStatus(answer: Parameters<typeof quote>[0]): string {
  const vmStatus = fieldOf(answer.body, "status");
  return answer.status < 300 && typeof vmStatus === "string"
    ? `${answer.status} and the VM, status ${vmStatus}`
    : quote(answer);
}
