import { OTHER_KEY, type SendOptions, startTestCloud, type TestCloud } from "./testing.ts";

const VM = "/v1/jkt01/user-resource/vm";
const IPS = "/v1/jkt01/network/ip_addresses";
const NETWORK = "/v1/jkt01/network/network";
const GOOD =
  "name=web-1&vcpu=2&ram=2048&disks=20&os_name=ubuntu&os_version=24.04-lts&reserve_public_ip=False";
const NOBODY = "aaaaaaaa-0000-4000-8000-cccccccccccc";

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
  { when: "an unknown path below nothing", call: "GET /v2/x", status: 404, body: expect.anything() },
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
      errors: expect.objectContaining({
        name: "Required parameter 'name' not supplied",
        vcpu: "Required parameter 'vcpu' not supplied",
      }),
    },
  },
  {
    when: "a name with an underscore",
    call: `POST ${VM}`,
    form: GOOD.replace("web-1", "web_1"),
    status: 400,
    body: { errors: { name: expect.stringContaining("must match") } },
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
    body: { errors: { password: expect.stringContaining("must match") } },
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
    body: { errors: { os_name: expect.stringContaining("one from the list") } },
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
    json: { name: "web-1", vcpu: "two" },
    status: 400,
    body: { errors: expect.objectContaining({ vcpu: "Invalid whole number provided" }) },
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
    body: expect.objectContaining({ status: 415, error: "Unsupported Media Type" }),
  },
  {
    when: "malformed JSON for an address",
    call: `POST ${IPS}`,
    form: "{",
    headers: { "content-type": "application/json" },
    status: 400,
    body: expect.objectContaining({ status: 400, error: "Bad Request" }),
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
    body: expect.objectContaining({ status: 405, error: "Method Not Allowed" }),
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
    made = {
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

  it("names the allowed methods", async () => {
    const answer = await cloud.send("DELETE", IPS);

    expect(answer.headers.get("allow")).toBe("GET, POST");
  });
});

function field({ body }: { readonly body: unknown }, name: string): unknown {
  return typeof body === "object" && body !== null ? Reflect.get(body, name) : undefined;
}
