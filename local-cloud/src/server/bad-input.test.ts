import { OTHER_KEY, type SendOptions, startTestCloud, type TestCloud } from "./testing.ts";

const VM = "/v1/jkt01/user-resource/vm";
const IPS = "/v1/jkt01/network/ip_addresses";
const NETWORK = "/v1/jkt01/network/network";
const GOOD =
  "name=web-1&vcpu=2&ram=2048&disks=20&os_name=ubuntu&os_version=24.04-lts&reserve_public_ip=False";
const GOOD_JSON = {
  name: "web-1",
  vcpu: 2,
  ram: 2048,
  disks: 20,
  os_name: "ubuntu",
  os_version: "24.04-lts",
};
const FIREWALLS = "/v1/jkt01/network/firewalls";
const DISKS = "/v1/jkt01/storage/disks";
const NAME = "^[0-9a-zA-Z][-0-9a-zA-Z]{2,}[0-9a-zA-Z]$";
const PASSWORD = String.raw`^(?=.*[a-z])(?=.*[A-Z])(?=.*\d).{8,}$`;
const RULE = { protocol: "tcp", direction: "inbound", port_start: 22, endpoint_spec_type: "any" };
const NOBODY = "aaaaaaaa-0000-4000-8000-cccccccccccc";

/** Spring's own body, of the network service where nobody caught it. */
function serviceBody(status: number, error: string, path: string, { message }: { readonly message: string }) {
  return { timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/), status, error, message, path };
}

interface Row extends SendOptions {
  readonly when: string;
  readonly call: string;
  readonly status: number;
  readonly body: unknown;
}

/** `{vm}`, `{ip}`, `{network}`, `{default}`, `{other}` stand for what `beforeAll` made. */
const rows: readonly Row[] = [
  {
    when: "no key",
    call: `GET ${VM}/list`,
    key: "",
    status: 401,
    body: { message: "missing apikey header" },
  },
  {
    when: "a wrong key",
    call: `GET ${VM}/list`,
    key: "nonsense",
    status: 403,
    body: { message: "Invalid authentication credentials" },
  },
  {
    when: "an unknown location",
    call: "GET /v1/xyz99/user-resource/vm/list",
    status: 404,
    body: { message: "no route and no API found with those values" },
  },
  {
    when: "an unknown location, no key",
    call: "GET /v1/xyz99/user-resource/vm/list",
    key: "",
    status: 404,
    body: { message: "no route and no API found with those values" },
  },
  {
    when: "an unknown path",
    call: "GET /v1/jkt01/network/private_networks",
    status: 404,
    body: { message: "no route and no API found with those values" },
  },
  {
    when: "an unknown path below nothing",
    call: "GET /v2/x",
    status: 404,
    body: { message: "Route GET:/v2/x not found", error: "Not Found", statusCode: 404 },
  },
  {
    when: "a uuid that is missing",
    call: `GET ${VM}`,
    status: 400,
    body: { errors: { uuid: "Required parameter 'uuid' not supplied" } },
  },
  {
    when: "an unknown VM",
    call: `GET ${VM}?uuid=${NOBODY}`,
    status: 400,
    body: { errors: { Error: `No such virtual machine exists. ${NOBODY}` } },
  },
  {
    when: "the VM of another location",
    call: "GET /v1/sgp01/user-resource/vm?uuid={vm}",
    status: 400,
    body: { errors: { Error: "No such virtual machine exists. {vm}" } },
  },
  {
    when: "the VM of another account",
    call: `DELETE ${VM}?uuid={vm}`,
    key: OTHER_KEY,
    status: 400,
    body: { errors: { Error: "No such virtual machine exists. {vm}" } },
  },
  {
    when: "a clone of nobody",
    call: `POST ${VM}/clone`,
    form: `uuid=${NOBODY}&name=copy-1`,
    status: 400,
    body: { errors: { Error: `No such virtual machine exists. ${NOBODY}` } },
  },
  {
    when: "a clone without a name",
    call: `POST ${VM}/clone?uuid={vm}`,
    json: {},
    status: 400,
    body: { errors: { name: "Required parameter 'name' not supplied" } },
  },
  {
    when: "an empty order",
    call: `POST ${VM}`,
    form: "",
    status: 400,
    body: {
      errors: {
        name: "Required parameter 'name' not supplied",
        vcpu: "Required parameter 'vcpu' not supplied",
        ram: "Required parameter 'ram' not supplied",
        disks: "Required parameter 'disks' not supplied",
        os_name: "Required parameter 'os_name' not supplied",
        os_version: "Required parameter 'os_version' not supplied",
      },
    },
  },
  {
    when: "a name with an underscore",
    call: `POST ${VM}`,
    form: GOOD.replace("web-1", "web_1"),
    status: 400,
    body: { errors: { name: `value must match ${NAME}` } },
  },
  {
    when: "root as user",
    call: `POST ${VM}`,
    form: `${GOOD}&username=root`,
    status: 400,
    body: { errors: { username: "value must not be 'root'" } },
  },
  {
    when: "a weak password",
    call: `POST ${VM}`,
    form: `${GOOD}&username=ops&password=short`,
    status: 400,
    body: { errors: { password: `value must match ${PASSWORD}` } },
  },
  {
    when: "a version without -lts",
    call: `POST ${VM}`,
    form: GOOD.replace("-lts", ""),
    status: 400,
    body: {
      errors: {
        os_version:
          "if 'os_name=ubuntu' then value must be one from the list ['20.04-lts', '22.04-lts', '24.04-lts']",
      },
    },
  },
  {
    when: "an unknown system",
    call: `POST ${VM}`,
    form: GOOD.replace("ubuntu", "plan9"),
    status: 400,
    body: {
      errors: {
        os_name: "value must be one from the list ['ubuntu', 'debian', 'almalinux', 'centos', 'rocky']",
      },
    },
  },
  {
    when: "half a core",
    call: `POST ${VM}`,
    form: GOOD.replace("vcpu=2", "vcpu=2.5"),
    status: 400,
    body: { errors: { vcpu: "Invalid whole number provided" } },
  },
  {
    when: "a core that is a word",
    call: `POST ${VM}`,
    json: { ...GOOD_JSON, vcpu: "two" },
    status: 400,
    body: { errors: { vcpu: "Invalid whole number provided" } },
  },
  {
    when: "negative memory",
    call: `POST ${VM}`,
    form: GOOD.replace("ram=2048", "ram=-1"),
    status: 400,
    body: { errors: { ram: "value must be between 2048 and 65536" } },
  },
  {
    when: "too large a disk",
    call: `POST ${VM}`,
    form: GOOD.replace("disks=20", "disks=1001"),
    status: 400,
    body: { errors: { disks: "value must be between 20 and 1000" } },
  },
  {
    when: "a switch that is none",
    call: `POST ${VM}`,
    form: GOOD.replace("False", "maybe"),
    status: 400,
    body: { errors: { reserve_public_ip: "Invalid boolean provided" } },
  },
  {
    when: "an unknown pool",
    call: `POST ${VM}`,
    form: `${GOOD}&designated_pool_uuid=${NOBODY}`,
    status: 400,
    body: { errors: { designated_pool_uuid: "No such host pool exists" } },
  },
  {
    when: "an unknown network",
    call: `POST ${VM}`,
    form: `${GOOD}&network_uuid=${NOBODY}`,
    status: 400,
    body: { message: "Network UUID is invalid." },
  },
  {
    when: "the account of somebody else",
    call: `POST ${VM}`,
    form: `${GOOD}&billing_account_id=1200000002`,
    status: 403,
    body: { errors: { Error: "Billing account is not accessible." } },
  },
  {
    when: "an account that is a word",
    call: `POST ${VM}`,
    form: `${GOOD}&billing_account_id=mine`,
    status: 400,
    body: { errors: { billing_account_id: "Invalid whole number provided" } },
  },
  {
    when: "malformed JSON for a VM",
    call: `POST ${VM}/stop`,
    form: '{"uuid":',
    headers: { "content-type": "application/json" },
    status: 400,
    body: { errors: { Error: "Invalid JSON body provided" } },
  },
  {
    when: "a list for a VM",
    call: `POST ${VM}/stop`,
    json: [],
    status: 400,
    body: { errors: { Error: "Invalid JSON body provided" } },
  },
  {
    when: "a resize while running",
    call: `PATCH ${VM}`,
    form: "uuid={vm}&vcpu=4&ram=4096",
    status: 400,
    body: { errors: { Error: "Virtual machine must be stopped." } },
  },
  {
    when: "a resize that changes nothing",
    call: `PATCH ${VM}`,
    form: "uuid={vm}&vcpu=2&ram=2048",
    status: 400,
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
    status: 400,
    body: serviceBody(400, "Bad Request", IPS, { message: "JSON parse error" }),
  },
  {
    when: "a name that is a number",
    call: `POST ${IPS}`,
    json: { name: 7 },
    status: 400,
    body: { message: "name must be a string" },
  },
  {
    when: "DELETE on all addresses",
    call: `DELETE ${IPS}?uuid=${NOBODY}`,
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
    when: "an assignment to nobody",
    call: `POST ${IPS}/{ip}/assign`,
    json: {},
    status: 400,
    body: { message: "assigned_to is required." },
  },
  {
    when: "an assignment to an unknown VM",
    call: `POST ${IPS}/{ip}/assign`,
    json: { vm_uuid: NOBODY },
    status: 400,
    body: { errors: { Error: `No such virtual machine exists. ${NOBODY}` } },
  },
  {
    when: "an assigned address, assigned again",
    call: `POST ${IPS}/{assigned}/assign`,
    json: { vm_uuid: "{vm}" },
    status: 400,
    body: { message: "Ip address {assigned} is already assigned." },
  },
  {
    when: "a second address for a VM",
    call: `POST ${IPS}/{ip}/assign`,
    json: { vm_uuid: "{vm}" },
    status: 400,
    body: { message: "Virtual machine {vm} already has a public IP address." },
  },
  {
    when: "a free address, unassigned",
    call: `POST ${IPS}/{ip}/unassign`,
    status: 400,
    body: { message: "Ip address {ip} is not assigned." },
  },
  {
    when: "an unknown network",
    call: `GET ${NETWORK}/not-a-uuid`,
    status: 400,
    body: { message: "Network UUID is invalid." },
  },
  {
    when: "the network of another account",
    call: `GET ${NETWORK}/{network}`,
    key: OTHER_KEY,
    status: 400,
    body: { message: "Network UUID is invalid." },
  },
  {
    when: "the default network, deleted",
    call: `DELETE ${NETWORK}/{default}`,
    status: 400,
    body: { message: "Default network cannot be deleted." },
  },
  {
    when: "a network in use, deleted",
    call: `DELETE ${NETWORK}/{network}`,
    status: 400,
    body: { message: "Network has resources and cannot be deleted." },
  },
  {
    when: "a network without a new name",
    call: `PATCH ${NETWORK}/{network}`,
    json: {},
    status: 400,
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
    when: "JSON for a disk, which is not parsed",
    call: `POST ${DISKS}`,
    json: { size_gb: 20 },
    status: 400,
    body: { errors: { size_gb: "Required parameter 'size_gb' not supplied" } },
  },
  {
    when: "a disk of a negative size",
    call: `POST ${DISKS}`,
    form: "size_gb=-5",
    status: 400,
    body: { errors: { size_gb: "value must be between 1 and 1000" } },
  },
  {
    when: "a disk of half a gigabyte",
    call: `POST ${VM}/storage`,
    form: "uuid={vm}&size_gb=0.5",
    status: 400,
    body: { errors: { size_gb: "Invalid whole number provided" } },
  },
  {
    when: "an unknown disk",
    call: `GET ${DISKS}/${NOBODY}`,
    status: 404,
    body: { message: "Disk not found" },
  },
  {
    when: "a boot disk, detached",
    call: `POST ${VM}/storage/detach`,
    form: "uuid={vm}&storage_uuid={boot}",
    status: 400,
    body: { errors: { Error: "Primary storage cannot be detached." } },
  },
  {
    when: "a disk that would shrink",
    call: `PATCH ${VM}/storage`,
    form: "uuid={vm}&disk_uuid={boot}&size_gb=10",
    status: 400,
    body: { errors: { Error: "Disk size can only be increased." } },
  },
  {
    when: "a firewall without rules",
    call: `POST ${FIREWALLS}`,
    json: { display_name: "wall", rules: [] },
    status: 400,
    body: { message: "At least one rule is required." },
  },
  {
    when: "a firewall without a name",
    call: `POST ${FIREWALLS}`,
    json: { rules: [RULE] },
    status: 400,
    body: { message: "display_name is required." },
  },
  {
    when: "a negative port",
    call: `POST ${FIREWALLS}`,
    json: { display_name: "wall", rules: [{ ...RULE, port_start: -1 }] },
    status: 400,
    body: { message: "A port must be a whole number from 1 to 65535" },
  },
  {
    when: "a port and a half",
    call: `POST ${FIREWALLS}`,
    json: { display_name: "wall", rules: [{ ...RULE, port_start: 22.5 }] },
    status: 400,
    body: { message: "A port must be a whole number from 1 to 65535" },
  },
  {
    when: "ports the wrong way round",
    call: `POST ${FIREWALLS}`,
    json: { display_name: "wall", rules: [{ ...RULE, port_end: 21 }] },
    status: 400,
    body: { message: "port_end must not be below port_start" },
  },
  {
    when: "a prefix that is none",
    call: `POST ${FIREWALLS}`,
    json: {
      display_name: "wall",
      rules: [{ ...RULE, endpoint_spec_type: "ip_prefixes", endpoint_spec: ["10.0.0.0/33"] }],
    },
    status: 400,
    body: { message: "endpoint_spec must hold IPv4 addresses or CIDRs" },
  },
  {
    when: "an unknown protocol",
    call: `POST ${FIREWALLS}`,
    json: { display_name: "wall", rules: [{ ...RULE, protocol: "sctp" }] },
    status: 400,
    body: { message: "protocol must be one of tcp, udp, icmp, any" },
  },
  {
    when: "GET on one firewall",
    call: `GET ${FIREWALLS}/${NOBODY}`,
    status: 405,
    body: serviceBody(405, "Method Not Allowed", `${FIREWALLS}/${NOBODY}`, {
      message: "Request method 'GET' not supported",
    }),
  },
  {
    when: "an unknown firewall",
    call: `DELETE ${FIREWALLS}/${NOBODY}`,
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
    call: `POST ${FIREWALLS}/{firewall}/vms?vm_uuid=${NOBODY}`,
    status: 400,
    body: { errors: { Error: `No such virtual machine exists. ${NOBODY}` } },
  },
  {
    when: "a VM deleted twice",
    call: `DELETE ${VM}?uuid={deleted}`,
    status: 400,
    body: { errors: { Error: "No such virtual machine exists. {deleted}" } },
  },
  {
    when: "an address deleted twice",
    call: `DELETE ${IPS}/{deletedIp}`,
    status: 404,
    body: { message: "Ip address {deletedIp} was not found." },
  },
  {
    when: "a clone of a deleted VM",
    call: `POST ${VM}/clone`,
    form: "uuid={deleted}&name=copy-1",
    status: 400,
    body: { errors: { Error: "No such virtual machine exists. {deleted}" } },
  },
  {
    when: "a rebuild from an unknown replica",
    call: `POST ${VM}/rebuild`,
    form: "uuid={vm}&replica_uuid=nothing",
    status: 400,
    body: { errors: { Error: "No such replica exists. nothing" } },
  },
  {
    when: "a reinstall with an unknown version",
    call: `POST ${VM}/reinstall`,
    form: "uuid={vm}&os_name=debian&os_version=13",
    status: 400,
    body: { errors: { os_version: "if 'os_name=debian' then value must be one from the list ['11', '12']" } },
  },
  {
    when: "a weak new password",
    call: `PATCH ${VM}/user`,
    form: "uuid={vm}&username=ops&password=short",
    status: 400,
    body: { errors: { password: `value must match ${PASSWORD}` } },
  },
  {
    when: "a VM from a detached disk",
    call: `POST ${VM}`,
    form: `${GOOD}&disk_uuid=${NOBODY}`,
    status: 400,
    body: { errors: { disk_uuid: "The local cloud makes VMs from images only" } },
  },
  {
    when: "the billing account of somebody else",
    call: "GET /v1/payment/billing_account?billing_account_id=1200000002",
    status: 403,
    body: {
      errors: {
        "consumer::resource_forbidden": {
          msg: "Resource is forbidden",
          subtype: "resource_forbidden",
          type: "consumer",
        },
      },
    },
  },
];

describe("refusals, word for word", () => {
  let cloud: TestCloud;
  let made: Readonly<Record<string, string>>;

  beforeAll(async () => {
    cloud = await startTestCloud();
    const network = String(field(await cloud.send("POST", `${NETWORK}?name=apps`), "uuid"));
    const networks = await cloud.send("GET", "/v1/jkt01/network/networks");
    const vm = String(
      field(await cloud.send("POST", VM, { form: `${GOOD}&network_uuid=${network}` }), "uuid"),
    );
    const assigned = String(field(await cloud.send("POST", IPS, { json: { name: "a" } }), "address"));
    const ip = String(field(await cloud.send("POST", IPS, { json: { name: "b" } }), "address"));
    await cloud.send("POST", `${IPS}/${assigned}/assign`, { json: { vm_uuid: vm } });
    const boot = await cloud.send("GET", `${VM}?uuid=${vm}`);
    const firewall = await cloud.send("POST", FIREWALLS, { json: { display_name: "wall", rules: [RULE] } });
    const deleted = String(field(await cloud.send("POST", VM, { form: GOOD }), "uuid"));
    await cloud.send("DELETE", `${VM}?uuid=${deleted}`);
    const deletedIp = String(field(await cloud.send("POST", IPS, { json: { name: "c" } }), "address"));
    await cloud.send("DELETE", `${IPS}/${deletedIp}`);
    made = {
      boot: String(Reflect.get(Object(Reflect.get(Object(field(boot, "storage")), 0)), "uuid")),
      firewall: String(field(firewall, "uuid")),
      deleted,
      deletedIp,
      network,
      vm,
      ip,
      assigned,
      default: String(Reflect.get((networks.body as object[])[0] ?? {}, "uuid")),
    };
  });

  afterAll(() => cloud.close());

  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (all, name: string) => made[name] ?? all);
  const fillIn = <T>(value: T): T => (typeof value === "string" ? (fill(value) as T) : fillParts(value));
  const fillParts = <T>(value: T): T => {
    const isPlain =
      typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
    return isPlain ? (Object.fromEntries(Object.entries(value).map(([k, v]) => [k, fillIn(v)])) as T) : value;
  };

  it.each(rows)("$when: $status", async ({ call, status, body, form, json, key, headers }) => {
    const before = await cloud.counts();
    const [method = "", path = ""] = fill(call).split(" ");

    const answer = await cloud.send(method, path, {
      ...(form === undefined ? {} : { form: fill(form) }),
      ...(json === undefined ? {} : { json: fillIn(json) }),
      ...(key === undefined ? {} : { key }),
      ...(headers === undefined ? {} : { headers }),
    });

    expect([answer.status, answer.body]).toEqual([status, fillIn(body)]);
    expect(await cloud.counts()).toEqual(before);
  });

  it("refuses the second of two changes of one VM at once", async () => {
    const slow = await startTestCloud({
      change: { latencyMs: { createVm: 0, cloneVm: 0, startVm: 0, stopVm: 400, deleteVm: 0, updateVm: 0 } },
    });
    const uuid = String(field(await slow.send("POST", VM, { form: GOOD }), "uuid"));
    const first = slow.send("POST", `${VM}/stop`, { form: `uuid=${uuid}` });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const second = await slow.send("PATCH", VM, { form: `uuid=${uuid}&name=other` });

    expect([second.status, second.body]).toEqual([
      409,
      { errors: { Error: `Virtual machine ${uuid} is locked by another operation.` } },
    ]);
    expect((await first).status).toBe(200);
    await slow.close();
  });

  it("names the allowed methods", async () => {
    const answer = await cloud.send("DELETE", IPS);

    expect(answer.headers.get("allow")).toBe("GET, POST");
  });
});

function field({ body }: { readonly body: unknown }, name: string): unknown {
  return typeof body === "object" && body !== null ? Reflect.get(body, name) : undefined;
}
