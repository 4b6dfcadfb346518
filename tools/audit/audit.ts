import { type Cloud, type Cost, priceOf } from "@autoscaler/idcloudhost";
import { findLeftovers, type Leftovers } from "./find-leftovers.ts";

export interface Audit extends Leftovers {
  readonly stack: string;
  /** VMs, addresses, networks and firewalls of the stack; a VM's own disks are not counted again. */
  readonly leftCount: number;
  readonly cost: Cost;
  readonly strayCost: Cost;
}

type Reads = "listVms" | "listFloatingIps" | "listNetworks" | "listFirewalls" | "listDisks" | "listPrices";

/** What a stack has in the account, by the names that it gives. Reads only. @throws {CloudError} */
export async function audit(cloud: Pick<Cloud, Reads>, stack: string): Promise<Audit> {
  const [vms, floatingIps, networks, firewalls, disks, prices] = await Promise.all([
    cloud.listVms(),
    cloud.listFloatingIps(),
    cloud.listNetworks(),
    cloud.listFirewalls(),
    cloud.listDisks(),
    cloud.listPrices(),
  ]);
  const leftovers = findLeftovers({ vms, floatingIps, networks, firewalls, disks }, stack);
  const { ours, strayIps, strayDisks = [] } = leftovers;
  return {
    stack,
    leftCount: ours.vms.length + ours.floatingIps.length + ours.networks.length + ours.firewalls.length,
    cost: priceOf(prices, ours),
    strayCost: priceOf(prices, {
      vms: strayDisks.map(({ sizeGb }) => ({ diskGb: sizeGb })),
      floatingIps: strayIps,
    }),
    ...leftovers,
  };
}

interface Place {
  readonly apiUrl: string;
  readonly location: string;
}

/** The audit for people: a line a thing, and under it the command that removes it. */
export function renderAudit(audit: Audit, place: Place): string {
  const { ours, strayIps, strayDisks, cost, strayCost } = audit;
  const thing = (title: string, path: string) => [`  ${title}`, `    ${removal(place, path)}`];
  // In the order in which they can be removed: a network with a VM in it cannot.
  const lines = [
    `stack ${audit.stack}: ${audit.leftCount} left, ${rupiah(cost.rupiahPerHour)}/hour`,
    ...ours.vms.flatMap(({ name, uuid, status }) =>
      thing(`VM ${name} (${status}) ${uuid}`, `user-resource/vm?uuid=${uuid}`),
    ),
    ...ours.floatingIps.flatMap(({ address, name }) =>
      thing(`public IP ${address} ${name ?? "(came with a VM)"}`, `network/ip_addresses/${address}`),
    ),
    ...ours.firewalls.flatMap(({ name, uuid }) =>
      thing(`firewall ${name} ${uuid}`, `network/firewalls/${uuid}`),
    ),
    ...ours.networks.flatMap(({ name, uuid }) => thing(`network ${name} ${uuid}`, `network/network/${uuid}`)),
  ];
  if (strayIps.length + (strayDisks?.length ?? 0) > 0)
    lines.push(
      `without a name and a VM, so of nobody that can be told, ${rupiah(strayCost.rupiahPerMonth)}/month; look at each before you remove it:`,
      ...strayIps.flatMap(({ address }) => thing(`public IP ${address}`, `network/ip_addresses/${address}`)),
      ...(strayDisks ?? []).flatMap(({ uuid, sizeGb }) =>
        thing(`disk ${uuid}, ${sizeGb} GB`, `storage/disks/${uuid}`),
      ),
    );
  if (strayDisks === undefined)
    lines.push("disks without a VM: cannot be told, since the cloud does not say the disks of every VM");
  return `${lines.join("\n")}\n`;
}

function removal({ apiUrl, location }: Place, path: string): string {
  const base = `${apiUrl.replace(/\/+$/, "")}/v1${location === "" ? "" : `/${location}`}`;
  return `curl -X DELETE -H "apikey: $IDCLOUDHOST_API_KEY" "${base}/${path}"`;
}

function rupiah(amount: number): string {
  return new Intl.NumberFormat("id-ID", { style: "currency", currency: "IDR", maximumFractionDigits: 0 })
    .format(amount)
    .replace(/\s/, " ");
}
