import { omitUndefined } from "@autoscaler/service-kit/omit-undefined.ts";
import { type Fields, fieldsOf, number, requiredText, rowsOf, ShapeError, text, texts } from "./decode.ts";
import type { Firewall, FirewallRule } from "./types.ts";

export function decodeFirewall(body: unknown): Firewall {
  const firewall = fieldsOf(body, "the firewall");
  const rules = firewall["rules"] ?? [];
  const assigned = firewall["resources_assigned"] ?? [];
  return omitUndefined<Firewall>({
    uuid: requiredText(firewall, "uuid"),
    // The documentation has the first in its example of create, the second in that of the list.
    name: text(firewall, "display_name") ?? text(firewall, "name") ?? "",
    rules: rowsOf(rules, "the rules of the firewall", decodeRule),
    vmUuids: rowsOf(assigned, "the VMs of the firewall", (row) =>
      text(fieldsOf(row, "the VM"), "resource_uuid"),
    ).filter((uuid) => uuid !== undefined),
  });
}

export function encodeFirewallRule(rule: FirewallRule) {
  const { protocol, direction, portStart, portEnd, prefixes } = rule;
  return {
    protocol,
    direction,
    port_start: portStart ?? null,
    port_end: portEnd ?? portStart ?? null,
    endpoint_spec_type: prefixes === undefined ? "any" : "ip_prefixes",
    endpoint_spec: prefixes ?? null,
  };
}

/** Whether two sets of rules let the same through. The order of rules is not kept by the cloud. */
export function sameRules(some: readonly FirewallRule[], others: readonly FirewallRule[]): boolean {
  const normal = (rules: readonly FirewallRule[]) =>
    JSON.stringify(rules.map((rule) => JSON.stringify(encodeFirewallRule(rule))).toSorted());
  return normal(some) === normal(others);
}

function decodeRule(row: unknown): FirewallRule {
  const rule = fieldsOf(row, "the rule");
  const portStart = number(rule, "port_start");
  return omitUndefined<FirewallRule>({
    protocol: requiredText(rule, "protocol"),
    direction: decodeDirection(rule),
    portStart,
    portEnd: portStart === undefined ? undefined : (number(rule, "port_end") ?? portStart),
    prefixes: text(rule, "endpoint_spec_type") === "ip_prefixes" ? texts(rule, "endpoint_spec") : undefined,
  });
}

function decodeDirection(rule: Fields): FirewallRule["direction"] {
  const direction = requiredText(rule, "direction");
  if (direction === "inbound" || direction === "outbound") return direction;
  throw new ShapeError("direction is neither inbound nor outbound");
}
