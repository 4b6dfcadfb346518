import fc from "fast-check";
import { type AllowedBackends, backendProblems, isAllowedBackend, parseNetwork } from "./allowed-backends.ts";

const network = parseNetwork("10.77.1.0/24") ?? { base: 0, prefixLength: 8 };
const allowed: AllowedBackends = { network, port: 3000, pools: ["calc"] };

describe("isAllowedBackend", () => {
  it.each(["http://10.77.1.1:3000", "http://10.77.1.10:3000", "http://10.77.1.254:3000"])(
    "takes %s",
    (url) => {
      expect(isAllowedBackend(url, allowed)).toBe(true);
    },
  );

  it.each([
    { when: "another network", url: "http://10.77.2.10:3000" },
    { when: "the network's own address", url: "http://10.77.1.0:3000" },
    { when: "the broadcast address", url: "http://10.77.1.255:3000" },
    { when: "loopback", url: "http://127.0.0.1:3000" },
    { when: "another port", url: "http://10.77.1.10:3001" },
    { when: "no port", url: "http://10.77.1.10" },
    { when: "a port with a leading zero", url: "http://10.77.1.10:03000" },
    { when: "https", url: "https://10.77.1.10:3000" },
    { when: "capital letters", url: "HTTP://10.77.1.10:3000" },
    { when: "a trailing slash", url: "http://10.77.1.10:3000/" },
    { when: "a path", url: "http://10.77.1.10:3000/x" },
    { when: "a query", url: "http://10.77.1.10:3000?x" },
    { when: "a user", url: "http://a@10.77.1.10:3000" },
    { when: "a host name", url: "http://seed:3000" },
    { when: "a name that starts like an address", url: "http://10.77.1.10.evil.example:3000" },
    { when: "a template", url: 'http://10.77.1.10:3000{{env "HOME"}}' },
    { when: "a template in the host", url: 'http://{{env "X"}}:3000' },
    { when: "a line break at the end", url: "http://10.77.1.10:3000\n" },
    { when: "a line break and YAML", url: "http://10.77.1.10:3000\nx: y" },
    { when: "a space before", url: " http://10.77.1.10:3000" },
    { when: "a leading zero in an octet", url: "http://10.77.1.010:3000" },
    { when: "an octet over 255", url: "http://10.77.1.256:3000" },
    { when: "three octets", url: "http://10.77.266:3000" },
    { when: "a number as host", url: "http://172818698:3000" },
    { when: "hexadecimal", url: "http://0x0a.77.1.10:3000" },
    { when: "IPv6", url: "http://[::ffff:10.77.1.10]:3000" },
    { when: "other digits", url: "http://10.77.1.1٠:3000" },
    { when: "undefined as text", url: "http://undefined:3000" },
    { when: "nothing", url: "" },
  ])("refuses $when", ({ url }) => {
    expect(isAllowedBackend(url, allowed)).toBe(false);
  });

  it("lets nothing through that is not the plain text of an address inside", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.ipV4().map((ip) => `http://${ip}:3000`),
        ),
        (url) => {
          if (isAllowedBackend(url, allowed)) expect(url).toMatch(/^http:\/\/10\.77\.1\.\d{1,3}:3000$/);
        },
      ),
    );
  });
});

describe("parseNetwork", () => {
  it.each(["10.77.1.0/24", "10.0.0.0/8", "192.168.0.0/16", "10.77.1.4/30"])("takes %s", (text) => {
    expect(parseNetwork(text)).toBeDefined();
  });

  it.each([
    "",
    "10.77.1.0",
    "10.77.1.1/24",
    "10.77.1.0/31",
    "0.0.0.0/0",
    "10.77.1.0/24 ",
    "10.77.1/24",
    "::/64",
  ])("refuses %j", (text) => {
    expect(parseNetwork(text)).toBeUndefined();
  });
});

describe("backendProblems", () => {
  const seed = "http://10.77.1.10:3000";

  it.each([
    { when: "all is well", pools: [{ pool: "calc", backends: [seed] }], problems: [] },
    {
      when: "a pool is unknown",
      pools: [
        { pool: "calc", backends: [seed] },
        { pool: "other", backends: [seed] },
      ],
      problems: ["pool other is not known here"],
    },
    {
      when: "the pool is missing",
      pools: [{ pool: "other", backends: [seed] }],
      problems: ["pool other is not known here", "pool calc is missing"],
    },
    {
      when: "a pool comes twice",
      pools: [
        { pool: "calc", backends: [seed] },
        { pool: "calc", backends: [seed] },
      ],
      problems: ["pool calc is named twice"],
    },
    {
      when: "a URL is wrong, without repeating it",
      pools: [{ pool: "calc", backends: [seed, "http://{{secret}}:3000"] }],
      problems: ["backend 2 of pool calc is not http://<address in 10.77.1.0/24>:3000"],
    },
  ])("says what is wrong when $when", ({ pools, problems }) => {
    expect(backendProblems({ generation: 1, pools }, allowed)).toEqual(problems);
  });
});
