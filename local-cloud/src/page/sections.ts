import { addressPricePerHour, vmPricePerHour } from "../api/pricing.ts";
import type { CallRecord } from "../calls.ts";
import type { FaultView } from "../faults/registry.ts";
import { subnetOf } from "../state/addresses.ts";
import type { VmRecord } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { figure, type Html, html, table } from "./html.ts";
import { ageOf, ruleInWords, rupiah, timeOfDay } from "./words.ts";

/** All resources of all accounts, without lag. */
export interface Shown {
  readonly vms: readonly VmRecord[];
  readonly world: World;
  readonly nowMs: number;
}

const HOURS_PER_MONTH = 730;

export function figures({ vms, world }: Shown): Html {
  const ips = liveIps(world);
  const free = ips.filter(({ assignedTo }) => assignedTo === undefined).length;
  const perHour = vms.reduce((sum, vm) => sum + vmPricePerHour(vm), 0) + ips.length * addressPricePerHour();
  const item = (value: string | number, what: string, warn = false) =>
    html`<li class="${warn ? "warn" : ""}"><b>${value}</b><span>${what}</span></li>`;
  return html`<ul class="figures">
${item(`${vms.filter(({ phase, status }) => phase === "ready" && status === "running").length} of ${vms.length}`, "machines run")}
${item(ips.length, free === 0 ? "public addresses" : `public addresses, ${free} unassigned`, free > 0)}
${item(world.networks.size, "networks")}
${item(world.firewalls.size, "firewalls")}
${item(rupiah(perHour * HOURS_PER_MONTH), "a month, at this size")}
</ul>`;
}

export function machines({ vms, world, nowMs }: Shown): Html {
  const columns = ["Name", "Status", "Size", "Private", "Public", "Network", "Firewalls", figure("Age")];
  const rows = vms.map((vm) => {
    const ips = liveIps(world).filter(({ assignedTo }) => assignedTo === vm.uuid);
    const walls = [...world.firewalls.values()].filter(({ vmUuids }) => vmUuids.includes(vm.uuid));
    return [
      html`<b>${vm.name}</b>`,
      statusTag(vm),
      html`<span class="whole">${sizeOf(vm)}</span>`,
      html`<code class="whole">${vm.privateIpv4}</code>`,
      ips.length === 0
        ? html`<span class="soft">none</span>`
        : html`<code class="whole">${ips.map(({ address }) => address).join(", ")}</code>`,
      html`${world.networks.get(vm.networkUuid)?.name ?? "gone"}`,
      walls.length === 0
        ? html`<span class="tag warned">open</span>`
        : html`${walls.map(({ name }) => name).join(", ")}`,
      html`${ageOf(vm.createdAtMs, nowMs)}`,
    ];
  });
  return section("Machines", rows.length, table(columns, rows, "There is no machine yet."));
}

function sizeOf({ vcpu, memoryMib, diskGb }: VmRecord): string {
  const memory = memoryMib % 1024 === 0 ? `${memoryMib / 1024} GiB` : `${memoryMib} MiB`;
  return `${vcpu} vCPU, ${memory}, ${diskGb} GB`;
}

function statusTag({ phase, status }: VmRecord): Html {
  if (phase !== "ready") return html`<span class="tag warned">${phase}</span>`;
  return html`<span class="tag ${status === "running" ? "good" : ""}">${status}</span>`;
}

export function networks({ vms, world }: Shown): Html {
  const columns = ["Name", "Range", "Location", figure("Machines")];
  const rows = [...world.networks.values()].map((network) => [
    html`<b>${network.name}</b> ${network.isDefault ? html`<span class="tag">default</span>` : undefined}`,
    html`<code class="whole">${subnetOf(network)}</code>`,
    html`${network.location}`,
    html`${vms.filter(({ networkUuid }) => networkUuid === network.uuid).length}`,
  ]);
  return section("Networks", rows.length, table(columns, rows, "There is no network yet."));
}

export function addresses({ world, nowMs }: Shown): Html {
  const columns = ["Address", "Name", "Leads to", figure("Age")];
  const rows = liveIps(world).map((ip) => [
    html`<code class="whole">${ip.address}</code>`,
    ip.name === undefined ? html`<span class="soft">without a name</span>` : html`${ip.name}`,
    ip.assignedTo === undefined
      ? html`<span class="tag warned">nothing, and billed</span>`
      : html`${world.vms.get(ip.assignedTo)?.name ?? ip.assignedTo}`,
    html`${ageOf(ip.createdAtMs, nowMs)}`,
  ]);
  return section("Public addresses", rows.length, table(columns, rows, "No public address is allocated."));
}

export function firewalls({ world }: Shown): Html {
  const columns = ["Name", "Lets through", "Machines"];
  const rows = [...world.firewalls.values()].map(({ name, rules, vmUuids }) => [
    html`<b>${name}</b>`,
    html`<ul class="plain">${rules.map((rule) => html`<li>${ruleInWords(rule)}</li>`)}</ul>`,
    vmUuids.length === 0
      ? html`<span class="soft">none</span>`
      : html`${vmUuids.map((uuid) => world.vms.get(uuid)?.name ?? uuid).join(", ")}`,
  ]);
  return section(
    "Firewalls",
    rows.length,
    table(columns, rows, "There is no firewall: every machine is open."),
  );
}

export function faults(list: readonly FaultView[], nowMs: number): Html {
  const columns = ["Fault", "Applies to", "Until", figure("Applied")];
  const rows = list.map(({ id, kind, operation, resource, leftCount, endsAtMs, appliedCount, numbers }) => [
    html`<b>${kind}</b> <span class="soft">#${id} ${Object.entries(numbers)
      .map(([name, value]) => `${name} ${value}`)
      .join(", ")}</span>`,
    html`${operation ?? "every call it is made for"}${resource === undefined ? "" : ` with ${resource}`}`,
    html`${leftCount === undefined ? (endsAtMs === undefined ? "removed" : `${timeOfDay(endsAtMs)}, in ${ageOf(nowMs, endsAtMs)}`) : `${leftCount} more`}`,
    html`${appliedCount}`,
  ]);
  return section("Active faults", rows.length, table(columns, rows, "No active fault."));
}

export function calls(list: readonly CallRecord[]): Html {
  const columns = ["UTC", "Call", "Answer", "Faults", figure("Took")];
  const rows = list.map(({ atMs, operation, method, url, status, durationMs, faults: applied = [] }) => [
    html`<code class="whole">${timeOfDay(atMs)}</code>`,
    html`<b>${operation}</b> <code class="soft">${method} ${url.length > 120 ? `${url.slice(0, 120)}...` : url}</code>`,
    html`<span class="tag ${status === 0 || status >= 400 ? "bad" : "good"}">${status === 0 ? "none" : status}</span>`,
    applied.length === 0 ? html`` : html`<span class="tag warned">${applied.join(", ")}</span>`,
    html`${durationMs} ms`,
  ]);
  return section("Recent calls", rows.length, table(columns, rows, "No calls yet."), "newest first");
}

function section(title: string, count: number, content: Html, note = ""): Html {
  const aside = [count === 0 ? "" : String(count), note].filter((text) => text !== "").join(", ");
  return html`<section><h2>${title} <small>${aside}</small></h2><div class="card">${content}</div></section>`;
}

function liveIps({ ips }: World) {
  return [...ips.values()].filter(({ deletedAtMs }) => deletedAtMs === undefined);
}
