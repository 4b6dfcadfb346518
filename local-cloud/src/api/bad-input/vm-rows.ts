import { OTHER_KEY } from "../../testing.ts";
import { DISKS, GOOD, type Row, UNKNOWN_UUID, VM } from "./row.ts";

const NAME = "^[0-9a-zA-Z][-0-9a-zA-Z]{2,}[0-9a-zA-Z]$";
const NO_WHOLE_NUMBER = "Invalid whole number provided";
const missing = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, `Required parameter '${name}' not supplied`]));

/** Orders of a VM that differ from a good one, with the text for each field. */
const orders = [
  {
    when: "an empty order",
    form: "",
    errors: missing("name", "vcpu", "ram", "disks", "os_name", "os_version"),
  },
  {
    when: "a name with an underscore",
    form: GOOD.replace("web-1", "web_1"),
    errors: { name: `value must match ${NAME}` },
  },
  {
    when: "a version without -lts",
    form: GOOD.replace("-lts", ""),
    errors: {
      os_version:
        "if 'os_name=ubuntu' then value must be one from the list ['20.04-lts', '22.04-lts', '24.04-lts']",
    },
  },
  {
    when: "an unknown system",
    form: GOOD.replace("ubuntu", "plan9"),
    errors: {
      os_name: "value must be one from the list ['ubuntu', 'debian', 'almalinux', 'centos', 'rocky']",
    },
  },
  { when: "half a core", form: GOOD.replace("vcpu=2", "vcpu=2.5"), errors: { vcpu: NO_WHOLE_NUMBER } },
  {
    when: "a core that is a word",
    form: GOOD.replace("vcpu=2", "vcpu=two"),
    errors: { vcpu: NO_WHOLE_NUMBER },
  },
  {
    when: "negative memory",
    form: GOOD.replace("ram=2048", "ram=-1"),
    errors: { ram: "value must be between 2048 and 65536" },
  },
  {
    when: "too large a disk",
    form: GOOD.replace("disks=20", "disks=1001"),
    errors: { disks: "value must be between 20 and 1000" },
  },
  {
    when: "a switch that is none",
    form: GOOD.replace("False", "maybe"),
    errors: { reserve_public_ip: "Invalid boolean provided" },
  },
  {
    when: "an unknown pool",
    form: `${GOOD}&designated_pool_uuid=${UNKNOWN_UUID}`,
    errors: { designated_pool_uuid: "No such host pool exists" },
  },
  {
    when: "an account that is a word",
    form: `${GOOD}&billing_account_id=mine`,
    errors: { billing_account_id: NO_WHOLE_NUMBER },
  },
  {
    when: "a VM from a detached disk",
    form: `${GOOD}&disk_uuid=${UNKNOWN_UUID}`,
    errors: { disk_uuid: "The local cloud makes VMs from images only" },
  },
];

/** Calls of a VM that is not there for the caller; `vm` is what the call names. */
const strangers = [
  { when: "an unknown VM", call: `GET ${VM}?uuid=${UNKNOWN_UUID}`, vm: UNKNOWN_UUID },
  { when: "the VM of another location", call: "GET /v1/sgp01/user-resource/vm?uuid={vm}", vm: "{vm}" },
  { when: "the VM of another account", call: `DELETE ${VM}?uuid={vm}`, key: OTHER_KEY, vm: "{vm}" },
  {
    when: "a clone of an unknown VM",
    call: `POST ${VM}/clone?uuid=${UNKNOWN_UUID}&name=copy-1`,
    vm: UNKNOWN_UUID,
  },
  { when: "a VM deleted twice", call: `DELETE ${VM}?uuid={deleted}`, vm: "{deleted}" },
  { when: "a clone of a deleted VM", call: `POST ${VM}/clone?uuid={deleted}&name=copy-1`, vm: "{deleted}" },
];

/** Calls of VMs and disks. */
export const vmRows: readonly Row[] = [
  ...orders.map(({ errors, ...order }) => ({ ...order, call: `POST ${VM}`, body: { errors } })),
  ...strangers.map(({ vm, ...row }) => ({
    ...row,
    body: { errors: { Error: `No such virtual machine exists. ${vm}` } },
  })),
  { when: "a uuid that is missing", call: `GET ${VM}`, body: { errors: missing("uuid") } },
  {
    when: "a clone without a name",
    call: `POST ${VM}/clone?uuid={vm}`,
    json: {},
    body: { errors: missing("name") },
  },
  {
    when: "an unknown network",
    call: `POST ${VM}`,
    form: `${GOOD}&network_uuid=${UNKNOWN_UUID}`,
    body: { message: "Network UUID is invalid." },
  },
  {
    when: "another owner's account",
    call: `POST ${VM}`,
    form: `${GOOD}&billing_account_id=1200000002`,
    status: 403,
    body: { errors: { Error: "Billing account is not accessible." } },
  },
  {
    when: "malformed JSON for a VM",
    call: `POST ${VM}/stop`,
    form: '{"uuid":',
    headers: { "content-type": "application/json" },
    body: { errors: { Error: "Invalid JSON body provided" } },
  },
  {
    when: "a list for a VM",
    call: `POST ${VM}/stop`,
    json: [],
    body: { errors: { Error: "Invalid JSON body provided" } },
  },
  {
    when: "a resize while running",
    call: `PATCH ${VM}`,
    form: "uuid={vm}&vcpu=4&ram=4096",
    body: { errors: { Error: "Virtual machine must be stopped." } },
  },
  {
    when: "a resize that changes nothing",
    call: `PATCH ${VM}`,
    form: "uuid={vm}&vcpu=2&ram=2048",
    body: { errors: { Error: "No changes in vcpu or ram." } },
  },
  {
    when: "too large a body",
    call: `POST ${VM}`,
    form: `${GOOD}&description=${"x".repeat(1024 * 1024)}`,
    status: 413,
    body: { message: "Request size limit exceeded" },
  },
  {
    when: "an unknown disk",
    call: `DELETE ${DISKS}/${UNKNOWN_UUID}`,
    status: 404,
    body: { message: "Disk not found" },
  },
];
