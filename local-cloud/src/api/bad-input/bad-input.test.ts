import { startTestCloud, type TestCloud } from "../../testing.ts";
import { gatewayRows } from "./gateway-rows.ts";
import { networkRows } from "./network-rows.ts";
import { FIREWALLS, GOOD, IPS, NETWORK, RULE, VM } from "./row.ts";
import { vmRows } from "./vm-rows.ts";

const rows = [...gatewayRows, ...vmRows, ...networkRows];

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
    const firewall = await cloud.send("POST", FIREWALLS, { json: { display_name: "wall", rules: [RULE] } });
    const deleted = String(field(await cloud.send("POST", VM, { form: GOOD }), "uuid"));
    await cloud.send("DELETE", `${VM}?uuid=${deleted}`);
    const deletedIp = String(field(await cloud.send("POST", IPS, { json: { name: "c" } }), "address"));
    await cloud.send("DELETE", `${IPS}/${deletedIp}`);
    made = {
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

  it.each(rows)("$when", async ({ call, status = 400, body, form, json, key, headers }) => {
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
