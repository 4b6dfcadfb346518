import { decodeForm } from "@autoscaler/local-cloud/api/bodies.ts";
import fc from "fast-check";
import { encodeForm } from "./form.ts";

describe("encodeForm", () => {
  it.each([
    { when: "a space", form: { a: "x y" }, text: "a=x%20y" },
    { when: "a plus", form: { a: "x+y" }, text: "a=x%2By" },
    { when: "a list repeats its field", form: { k: ["1", "2"] }, text: "k=1&k=2" },
    { when: "an empty list", form: { k: [] }, text: "" },
    { when: "undefined is left out", form: { a: undefined, b: 1 }, text: "b=1" },
    { when: "an empty text stays", form: { a: "" }, text: "a=" },
    { when: "numbers and booleans", form: { n: 2048, b: true }, text: "n=2048&b=true" },
    { when: "signs that encodeURIComponent leaves alone", form: { a: "!'()*" }, text: "a=%21%27%28%29%2A" },
    { when: "line ends and letters beyond ASCII", form: { a: "é\n" }, text: "a=%C3%A9%0A" },
  ])("$when: $text", ({ form, text }) => {
    expect(encodeForm(form)).toBe(text);
  });

  it("survives a server that does not decode + and one that does", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z_]+$/), fc.string({ unit: "grapheme" })), (form) => {
        const wanted = Object.fromEntries(Object.entries(form));
        expect(decodeForm(encodeForm(form), { plusMeansSpace: false })).toEqual(wanted);
        expect(decodeForm(encodeForm(form), { plusMeansSpace: true })).toEqual(wanted);
      }),
    );
  });
});
