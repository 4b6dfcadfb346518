import { OTHER_KEY } from "../../testing.ts";
import { FIREWALLS, IPS, NETWORK, type Row, RULE, UNKNOWN_UUID } from "./row.ts";

/** Spring's default body, from an unhandled failure of the network service. */
function serviceBody(status: number, error: string, path: string, { message }: { readonly message: string }) {
  return { timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/), status, error, message, path };
}

const badRules = [
  {
    when: "a negative port",
    rule: { port_start: -1 },
    message: "A port must be a whole number from 1 to 65535",
  },
  {
    when: "a port and a half",
    rule: { port_start: 22.5 },
    message: "A port must be a whole number from 1 to 65535",
  },
  {
    when: "ports the wrong way round",
    rule: { port_end: 21 },
    message: "port_end must not be below port_start",
  },
  {
    when: "a prefix that is none",
    rule: { endpoint_spec_type: "ip_prefixes", endpoint_spec: ["10.0.0.0/33"] },
    message: "endpoint_spec must hold IPv4 addresses or CIDRs",
  },
  {
    when: "an unknown protocol",
    rule: { protocol: "sctp" },
    message: "protocol must be one of tcp, udp, icmp, any",
  },
];

/** Calls of networks, addresses and firewalls. */
export const networkRows: readonly Row[] = [
  {
    when: "a form for an address",
    call: `POST ${IPS}`,
    form: "name=x",
    status: 415,
    body: serviceBody(415, "Unsupported Media Type", IPS, {
      message: "Content type 'application/x-www-form-urlencoded' not supported",
    }),
  },
  {
    when: "malformed JSON for an address",
    call: `POST ${IPS}`,
    form: "{",
    headers: { "content-type": "application/json" },
    body: serviceBody(400, "Bad Request", IPS, { message: "JSON parse error" }),
  },
  {
    when: "a name that is a number",
    call: `POST ${IPS}`,
    json: { name: 7 },
    body: { message: "name must be a string" },
  },
  {
    when: "DELETE on all addresses",
    call: `DELETE ${IPS}?uuid=${UNKNOWN_UUID}`,
    status: 405,
    body: serviceBody(405, "Method Not Allowed", IPS, { message: "Request method 'DELETE' not supported" }),
  },
  {
    when: "an unknown address",
    call: `GET ${IPS}/203.0.113.99`,
    status: 404,
    body: { message: "Ip address 203.0.113.99 was not found." },
  },
  {
    when: "the address of another account",
    call: `DELETE ${IPS}/{ip}`,
    key: OTHER_KEY,
    status: 404,
    body: { message: "Ip address {ip} was not found." },
  },
  {
    when: "an assignment to an unknown VM",
    call: `POST ${IPS}/{ip}/assign`,
    json: {},
    body: { message: "assigned_to is required." },
  },
  {
    when: "an assignment to an unknown VM",
    call: `POST ${IPS}/{ip}/assign`,
    json: { vm_uuid: UNKNOWN_UUID },
    body: { errors: { Error: `No such virtual machine exists. ${UNKNOWN_UUID}` } },
  },
  {
    when: "an assigned address, assigned again",
    call: `POST ${IPS}/{assigned}/assign`,
    json: { vm_uuid: "{vm}" },
    body: { message: "Ip address {assigned} is already assigned." },
  },
  {
    when: "a second address for a VM",
    call: `POST ${IPS}/{ip}/assign`,
    json: { vm_uuid: "{vm}" },
    body: { message: "Virtual machine {vm} already has a public IP address." },
  },
  {
    when: "a free address, unassigned",
    call: `POST ${IPS}/{ip}/unassign`,
    body: { message: "Ip address {ip} is not assigned." },
  },
  {
    when: "an unknown network",
    call: `GET ${NETWORK}/not-a-uuid`,
    body: { message: "Network UUID is invalid." },
  },
  {
    when: "the network of another account",
    call: `GET ${NETWORK}/{network}`,
    key: OTHER_KEY,
    body: { message: "Network UUID is invalid." },
  },
  {
    when: "the default network, deleted",
    call: `DELETE ${NETWORK}/{default}`,
    body: { message: "Default network cannot be deleted." },
  },
  {
    when: "a network in use, deleted",
    call: `DELETE ${NETWORK}/{network}`,
    body: { message: "Network has resources and cannot be deleted." },
  },
  {
    when: "a network without a new name",
    call: `PATCH ${NETWORK}/{network}`,
    json: {},
    body: { message: "Network name is required." },
  },
  {
    when: "a form for a firewall",
    call: `POST ${FIREWALLS}`,
    form: "display_name=x",
    status: 415,
    body: serviceBody(415, "Unsupported Media Type", FIREWALLS, {
      message: "Content type 'application/x-www-form-urlencoded' not supported",
    }),
  },
  {
    when: "a firewall without rules",
    call: `POST ${FIREWALLS}`,
    json: { display_name: "wall", rules: [] },
    body: { message: "At least one rule is required." },
  },
  {
    when: "a firewall without a name",
    call: `POST ${FIREWALLS}`,
    json: { rules: [RULE] },
    body: { message: "display_name is required." },
  },
  ...badRules.map(({ when, rule, message }) => ({
    when,
    call: `POST ${FIREWALLS}`,
    json: { display_name: "wall", rules: [{ ...RULE, ...rule }] },
    body: { message },
  })),
  {
    when: "GET on one firewall",
    call: `GET ${FIREWALLS}/${UNKNOWN_UUID}`,
    status: 405,
    body: serviceBody(405, "Method Not Allowed", `${FIREWALLS}/${UNKNOWN_UUID}`, {
      message: "Request method 'GET' not supported",
    }),
  },
  {
    when: "an unknown firewall",
    call: `DELETE ${FIREWALLS}/${UNKNOWN_UUID}`,
    status: 404,
    body: { message: "Firewall not found" },
  },
  {
    when: "the firewall of another account",
    call: `DELETE ${FIREWALLS}/{firewall}`,
    key: OTHER_KEY,
    status: 404,
    body: { message: "Firewall not found" },
  },
  {
    when: "the VM of another account behind a firewall",
    call: `POST ${FIREWALLS}/{firewall}/vms?vm_uuid=${UNKNOWN_UUID}`,
    body: { errors: { Error: `No such virtual machine exists. ${UNKNOWN_UUID}` } },
  },
  {
    when: "an address deleted twice",
    call: `DELETE ${IPS}/{deletedIp}`,
    status: 404,
    body: { message: "Ip address {deletedIp} was not found." },
  },
];
