import { randomProvider } from "./random-provider.ts";

const STRING = "urn:pulumi:local::project::random:index/randomString:RandomString::prefix";
const PASSWORD = "urn:pulumi:local::project::a:b:C$random:index/randomPassword:RandomPassword::token";

describe("randomProvider", () => {
  it.each([
    {
      when: "upper and special are off",
      inputs: { length: 200, upper: false, special: false },
      pattern: /^[a-z0-9]{200}$/,
    },
    { when: "only special is off", inputs: { length: 200, special: false }, pattern: /^[a-zA-Z0-9]{200}$/ },
  ])("makes text of the asked characters when $when", async ({ inputs, pattern }) => {
    const created = await randomProvider.create?.(STRING, inputs);

    expect(created?.outs.result).toMatch(pattern);
    expect(created?.id).toBe(created?.outs.result);
  });

  it("shows no password in an id", async () => {
    expect(await randomProvider.create?.(PASSWORD, { length: 20 })).toMatchObject({ id: "none" });
  });

  it.each([
    { when: "the length is no number", inputs: { length: "x" }, property: "length" },
    { when: "an input is unknown here", inputs: { length: 1, keepers: {} }, property: "keepers" },
  ])("refuses when $when", async ({ inputs, property }) => {
    expect(await randomProvider.check?.(STRING, {}, inputs)).toMatchObject({ failures: [{ property }] });
  });

  it("replaces when an input changes and only then", async () => {
    const olds = { length: 6, result: "abcdef" };
    expect(await randomProvider.diff?.("id", STRING, olds, { length: 6 })).toEqual({
      changes: false,
      replaces: [],
    });
    expect(await randomProvider.diff?.("id", STRING, olds, { length: 7 })).toEqual({
      changes: true,
      replaces: ["length"],
    });
  });
});
