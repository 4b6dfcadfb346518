import { randomUUID } from "node:crypto";
import { BlockList, isIPv4 } from "node:net";
import { fieldOf } from "@autoscaler/service-kit";
import { messageFailure } from "../state/failures.ts";
import type { FirewallRuleRecord } from "../state/records.ts";
import type { JsonFields } from "./json-body.ts";

const PROTOCOLS = ["tcp", "udp", "icmp", "any"] as const;
const DIRECTIONS = ["inbound", "outbound"] as const;

/** @throws {CloudFailure} 400; the text is a guess: no source records it. */
export function readFirewallRules(body: JsonFields): readonly FirewallRuleRecord[] {
  const rules = body["rules"];
  if (!Array.isArray(rules) || rules.length === 0)
    throw messageFailure(400, "At least one rule is required.");
  return rules.map(readRule);
}

export function viewFirewallRule({ uuid, protocol, direction, ports, prefixes }: FirewallRuleRecord) {
  return {
    uuid,
    protocol,
    direction,
    port_start: ports?.start ?? null,
    port_end: ports?.end ?? null,
    endpoint_spec_type: prefixes === undefined ? "any" : "ip_prefixes",
    endpoint_spec: prefixes ?? null,
  };
}

function readRule(value: unknown): FirewallRuleRecord {
  const protocol = oneOf(PROTOCOLS, "protocol", fieldOf(value, "protocol"));
  const direction = oneOf(DIRECTIONS, "direction", fieldOf(value, "direction"));
  const ports = readPorts(fieldOf(value, "port_start"), fieldOf(value, "port_end"));
  const type = oneOf(["any", "ip_prefixes"], "endpoint_spec_type", fieldOf(value, "endpoint_spec_type"));
  const prefixes = type === "any" ? undefined : readPrefixes(fieldOf(value, "endpoint_spec"));
  return {
    uuid: randomUUID(),
    protocol,
    direction,
    ...(ports === undefined || protocol === "icmp" ? {} : { ports }),
    ...(prefixes === undefined ? {} : { prefixes }),
  };
}

function oneOf<const T extends string>(allowed: readonly T[], name: string, value: unknown): T {
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw messageFailure(400, `${name} must be one of ${allowed.join(", ")}`);
  return found;
}

/** Without a start: every port. Without an end: only the start, which is then returned as the end. */
function readPorts(start: unknown, end: unknown): FirewallRuleRecord["ports"] {
  if (start === undefined || start === null) return undefined;
  const last = end ?? start;
  for (const port of [start, last]) {
    if (!Number.isInteger(port) || Number(port) < 1 || Number(port) > 65_535)
      throw messageFailure(400, "A port must be a whole number from 1 to 65535");
  }
  if (Number(last) < Number(start)) throw messageFailure(400, "port_end must not be below port_start");
  return { start: Number(start), end: Number(last) };
}

function readPrefixes(value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length === 0) throw messageFailure(400, "endpoint_spec is required.");
  return value.map((prefix) => {
    if (typeof prefix === "string" && isPrefix(prefix)) return prefix;
    throw messageFailure(400, "endpoint_spec must hold IPv4 addresses or CIDRs");
  });
}

function isPrefix(text: string): boolean {
  const [address = "", length = "32", ...more] = text.split("/");
  if (more.length > 0 || !isIPv4(address) || !/^\d{1,2}$/.test(length)) return false;
  try {
    new BlockList().addSubnet(address, Number(length), "ipv4");
    return true;
  } catch {
    return false;
  }
}
