import { randomBytes } from "node:crypto";
import {
  type Cloud,
  type CreateVmInput,
  createCloud,
  type FloatingIp,
  priceOf,
} from "@autoscaler/idcloudhost";
import { createContractRun } from "@autoscaler/idcloudhost/contract.ts";
import { askQuestions, type Finding } from "./questions.ts";
import { createRawCalls } from "./raw-calls.ts";
import type { ProbeResult } from "./report.ts";

export interface ProbeOptions {
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly location: string;
  readonly isReal: boolean;
  readonly limitRupiah: number;
  /** Pause between looks; lists of the real cloud lag, those of the dry run less. */
  readonly pollMs: number;
  readonly waitMs: number;
  readonly signal: AbortSignal;
  say(line: string): void;
}

/** The estimate is above the user's limit; nothing was created. */
export class LimitTooLow extends Error {
  override readonly name = "LimitTooLow";
}

type Size = Pick<CreateVmInput, "osName" | "osVersion" | "vcpu" | "memoryMib" | "diskGb">;

/** At most two VMs and two addresses at a time. A started hour counts as a whole one. */
const VMS_AT_ONCE = 2;
const IPS_AT_ONCE = 2;
const HOURS_AT_MOST = 2;

/**
 * Price, limit, contract, questions; whatever happens, everything is removed and the account looked at again.
 *
 * @throws {LimitTooLow} before anything was made.
 */
export async function runProbe(options: ProbeOptions): Promise<ProbeResult> {
  const { apiUrl, apiKey, location, isReal, pollMs, waitMs, signal, say } = options;
  const polling = { intervalMs: pollMs };
  const cloudIn = (slug: string) =>
    createCloud({ apiUrl, apiKey, location: slug, absence: polling, lookUp: polling });
  const cloud = cloudIn(location);
  const prefix = `probe${randomBytes(4).toString("hex")}`;
  const size = await smallestSize(cloud);
  await checkLimit(options, cloud, size);
  const before = new Set((await cloud.listFloatingIps()).map(({ uuid }) => uuid));

  const contract = createContractRun({ cloud, prefix, order: size, waitForIpMs: waitMs });
  const steps: { readonly name: string; readonly failure?: string }[] = [];
  let findings: readonly Finding[] = [];
  let left: readonly string[] = [];
  try {
    for (const { name, run } of contract.steps) {
      if (signal.aborted) break;
      const failure = await run().then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      say(
        `${failure === undefined ? "ok" : "FAILED"}: ${name}${failure === undefined ? "" : ` (${failure})`}`,
      );
      steps.push({ name, ...(failure === undefined ? {} : { failure }) });
    }
    if (!signal.aborted) {
      const raw = createRawCalls({ apiUrl, apiKey, location });
      findings = await askQuestions({
        cloud,
        cloudIn,
        raw,
        prefix,
        order: size,
        waitMs,
        pollMs,
        signal,
        say,
      });
    }
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    steps.push({ name: "asking the open questions", failure });
    say(`FAILED: asking the open questions (${failure})`);
  } finally {
    say("removing everything");
    await contract.cleanUp().catch((error: unknown) => say(`the clean-up failed: ${String(error)}`));
    left = await whatIsLeft(cloud, prefix, before);
  }
  for (const line of left) say(`left: ${line}`);
  return { location, isReal, steps, findings, leftCount: left.length };
}

async function smallestSize(cloud: Cloud): Promise<Size> {
  const [pools, images] = await Promise.all([cloud.listHostPools(), cloud.listOsImages()]);
  const pool = pools.find(({ isDefault }) => isDefault) ?? pools[0];
  const image = images.find(({ osName }) => osName === "debian") ?? images[0];
  const osVersion = image?.versions.at(-1);
  if (image === undefined || osVersion === undefined) throw new Error("the cloud offers no image");
  return {
    osName: image.osName,
    osVersion,
    vcpu: pool?.vcpu?.min ?? 2,
    memoryMib: pool?.memoryMib?.min ?? 2048,
    diskGb: pool?.diskGb?.min ?? 20,
  };
}

async function checkLimit({ limitRupiah, say }: ProbeOptions, cloud: Cloud, size: Size): Promise<void> {
  const bigger = { ...size, memoryMib: size.memoryMib + 1024 }; // the contract resizes it once
  const { rupiahPerHour, unpriced } = priceOf(await cloud.listPrices(), {
    vms: Array.from({ length: VMS_AT_ONCE }, () => bigger),
    floatingIps: Array.from({ length: IPS_AT_ONCE }, (): Pick<FloatingIp, "assignedTo"> => ({})),
  });
  const estimate = Math.ceil(rupiahPerHour * HOURS_AT_MOST);
  say(`costs at most about Rp ${estimate} by the price list; your limit is Rp ${limitRupiah}`);
  if (unpriced.length > 0)
    say(`the price list has no price for ${unpriced.join(", ")}: the sum may be too low`);
  if (estimate > limitRupiah)
    throw new LimitTooLow(
      `the probe may cost Rp ${estimate}: raise --spend-up-to to run it; nothing was created`,
    );
}

/** Things of this run, and addresses without a name that were not there before: those may be of this run too. */
async function whatIsLeft(
  cloud: Cloud,
  prefix: string,
  before: ReadonlySet<string>,
): Promise<readonly string[]> {
  const [vms, ips, networks, firewalls] = await Promise.all([
    cloud.listVms(),
    cloud.listFloatingIps(),
    cloud.listNetworks(),
    cloud.listFirewalls(),
  ]);
  const isOurs = ({ name }: { readonly name?: string }) => name?.startsWith(prefix) === true;
  return [
    ...vms.filter(isOurs).map(({ name, uuid }) => `VM ${name} ${uuid}`),
    ...ips
      .filter(
        (ip) => isOurs(ip) || (ip.name === undefined && ip.assignedTo === undefined && !before.has(ip.uuid)),
      )
      .map(({ address }) => `public address ${address}; release it in the console`),
    ...networks.filter(isOurs).map(({ name, uuid }) => `network ${name} ${uuid}`),
    ...firewalls.filter(isOurs).map(({ name, uuid }) => `firewall ${name} ${uuid}`),
  ];
}
