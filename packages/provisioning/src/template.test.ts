import fc from "fast-check";
import { renderTemplate } from "./template.ts";

describe("renderTemplate", () => {
  it("puts a value of any shape where its placeholder stands alone, and text inside text", () => {
    const text = renderTemplate("name: vm-<name>\nkeys: <keys>\nlist: [a, '<name>']\n", {
      name: "seed",
      keys: ["k1", "k2"],
    });

    expect(JSON.parse(text)).toEqual({ name: "vm-seed", keys: ["k1", "k2"], list: ["a", "seed"] });
  });

  it("keeps any value whole and in its place", () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        expect(JSON.parse(renderTemplate("a: <v>\nb: 1\n", { v: value }))).toEqual({ a: value, b: 1 });
      }),
    );
  });

  it.each([
    { when: "a value is missing", values: {}, message: /no value for <a>/ },
    { when: "a value is not used", values: { a: 1, b: 2 }, message: /no placeholder <b>/ },
  ])("refuses when $when", ({ values, message }) => {
    expect(() => renderTemplate("x: <a>\n", values)).toThrow(message);
  });
});
