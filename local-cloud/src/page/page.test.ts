import { startTestCloud, type TestCloud } from "../testing.ts";
import { figure, html, table } from "./html.ts";
import { ageOf, ruleInWords, rupiah } from "./words.ts";

const ORDER = "name=web-1&vcpu=2&ram=2048&disks=20&os_name=ubuntu&os_version=24.04-lts";

describe("the page at /_local", () => {
  let cloud: TestCloud;
  beforeEach(async () => {
    cloud = await startTestCloud();
  });
  afterEach(() => cloud.close());
  const page = async (query = "") => String((await cloud.send("GET", `/_local${query}`, { key: "" })).body);

  it("has a text for each empty section", async () => {
    const text = await page();
    expect(text).toContain("There is no machine yet.");
    expect(text).toContain("No active fault.");
    expect(text).not.toMatch(/<script|https?:\/\/|src=/);
  });

  it("shows machines, addresses, networks, firewalls, faults and calls, and never a key", async () => {
    const { uuid } = (await cloud.send("POST", "/v1/user-resource/vm", { form: ORDER })).body as {
      uuid: string;
    };
    const rules = [{ protocol: "tcp", direction: "inbound", port_start: 80, endpoint_spec_type: "any" }];
    const wall = (
      await cloud.send("POST", "/v1/network/firewalls", { json: { display_name: "web-wall", rules } })
    ).body as { uuid: string };
    await cloud.send("POST", `/v1/network/firewalls/${wall.uuid}/vms?vm_uuid=${uuid}`);
    await cloud.send("POST", "/v1/network/ip_addresses", { json: { name: "<b>spare</b>" } });
    await cloud.send("POST", "/_local/faults", {
      json: { kind: "server-error", operation: "listVms", count: 2 },
    });
    await cloud.send("GET", "/v1/user-resource/vm/list");

    const text = await page();
    for (const part of [
      "1 of 1",
      "<b>web-1</b>",
      "203.0.113.10",
      "10.77.1.10",
      "Default network",
      "in tcp 80 from anywhere",
      "&lt;b&gt;spare&lt;/b&gt;",
      "nothing, and billed",
      "<b>server-error</b>",
      '<span class="tag bad">500</span>',
      '<span class="tag warned">server-error</span>',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain("test-key");
  });

  it("reloads itself unless reloading is off", async () => {
    expect(await page()).toContain('http-equiv="refresh"');
    expect(await page("?live=no")).not.toContain('http-equiv="refresh"');
  });
});

describe("words of the page", () => {
  it.each([
    [89_000, "89 s"],
    [300_000, "5 min"],
    [7_200_000, "2 h"],
    [4 * 86_400_000, "4 d"],
    [-5, "0 s"],
  ])("shows an age of %d ms as %s", (ms, text) => expect(ageOf(0, ms)).toBe(text));

  it.each([
    [0, "Rp 0"],
    [999.6, "Rp 1.000"],
    [1_234_567, "Rp 1.234.567"],
  ])("shows %d as %s", (amount, text) => expect(rupiah(amount)).toBe(text));

  it("describes rules in words", () => {
    const rule = { uuid: "r", protocol: "udp", direction: "outbound" } as const;
    expect(ruleInWords({ ...rule, prefixes: ["10.0.0.0/8"] })).toBe("out udp to 10.0.0.0/8");
    expect(ruleInWords({ ...rule, direction: "inbound", ports: { start: 1, end: 9 } })).toBe(
      "in udp 1-9 from anywhere",
    );
  });
});

describe("html", () => {
  it("escapes what is not HTML, in attributes too", () => {
    expect(html`<a title="${`"><script>`}">${html`<b>${"&"}</b>`}</a>`.html).toBe(
      '<a title="&quot;&gt;&lt;script&gt;"><b>&amp;</b></a>',
    );
  });

  it("names each cell after its column", () => {
    expect(table([figure("Age")], [[html`3 s`]], "nothing").html).toContain(
      '<td data-title="Age" class="figure"><div>3 s</div></td>',
    );
  });
});
