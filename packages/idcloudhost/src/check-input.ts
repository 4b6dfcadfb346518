import { isIPv4 } from "node:net";
import { CloudError } from "./errors.ts";
import type { CreateVmInput, FirewallRule } from "./types.ts";

/** The documented pattern; a sister cloud accepts more (docs/api-facts.md#vm-create). */
const NAME = /^[0-9a-zA-Z][-0-9a-zA-Z]{2,}[0-9a-zA-Z]$/;
/** The limit of cloud-init text is not documented; 64 KiB is what thanet-s/inspace-cloud-kube-modules assumes. */
const CLOUD_INIT_LIMIT_BYTES = 64 * 1024;

/** A problem is a sentence without the value itself; false when there is none. */
type Problem = string | false;

/** @throws {CloudError} CLOUD_INPUT_INVALID with all problems; nothing has been sent then. */
export function refuse(request: string, problems: readonly Problem[]): void {
  const found = problems.filter((problem) => problem !== false);
  if (found.length === 0) return;
  throw new CloudError(found.join("; "), { request, code: "CLOUD_INPUT_INVALID", outcome: "not-sent" });
}

export function nameProblem(name: string): Problem {
  return !NAME.test(name) && "the name must be four or more letters, digits or inner hyphens";
}

export function uuidProblem(uuid: string, what: string): Problem {
  return !/^[0-9a-zA-Z][-0-9a-zA-Z]*$/.test(uuid) && `the uuid of the ${what} is not one`;
}

export function addressProblem(address: string): Problem {
  return !isIPv4(address) && "the address is not an IPv4 address";
}

export function sizeProblem(value: number | undefined, what: string): Problem {
  return (
    value !== undefined &&
    !(Number.isSafeInteger(value) && value > 0) &&
    `${what} must be a whole number above 0`
  );
}

export function vmProblems(input: CreateVmInput): readonly Problem[] {
  const { cloudInit } = input;
  return [
    nameProblem(input.name),
    (input.osName === "" || input.osVersion === "") && "the operating system and its version are needed",
    sizeProblem(input.vcpu, "vcpu"),
    sizeProblem(input.memoryMib, "memoryMib"),
    sizeProblem(input.diskGb, "diskGb"),
    input.networkUuid !== undefined && uuidProblem(input.networkUuid, "network"),
    cloudInit !== undefined &&
      Buffer.byteLength(cloudInit) > CLOUD_INIT_LIMIT_BYTES &&
      `cloudInit must be at most ${CLOUD_INIT_LIMIT_BYTES} bytes`,
  ];
}

export function firewallRuleProblems(rules: readonly FirewallRule[]): readonly Problem[] {
  return [
    rules.length === 0 && "a firewall needs at least one rule",
    ...rules.flatMap(({ protocol, portStart, portEnd, prefixes }): readonly Problem[] => [
      !["tcp", "udp", "icmp", "any"].includes(protocol) && "the protocol must be tcp, udp, icmp or any",
      [portStart, portEnd].some((port) => port !== undefined && !isPort(port)) &&
        "a port must be a whole number from 1 to 65535",
      portEnd !== undefined &&
        portEnd < (portStart ?? Number.POSITIVE_INFINITY) &&
        "portEnd must not be below portStart",
      prefixes?.length === 0 &&
        "an empty list of prefixes lets nothing through; leave prefixes out to allow every peer",
      prefixes?.every(isPrefix) === false && "a prefix must be an IPv4 address or CIDR",
    ]),
  ];
}

function isPort(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1 && value <= 65_535;
}

function isPrefix(text: string): boolean {
  const [address = "", length = "32"] = text.split("/");
  return isIPv4(address) && /^([0-9]|[12][0-9]|3[0-2])$/.test(length) && text.split("/").length <= 2;
}
