import { classifyUpdate, type WantedBackends, wantedFrom } from "./wanted-backends.ts";

const current: WantedBackends = { generation: 5, pools: [{ pool: "calc", backends: ["a", "b"] }] };

describe("classifyUpdate", () => {
  it.each([
    { when: "the generation is higher", generation: 6, backends: ["a"], kind: "new" },
    {
      when: "the generation is higher and the body the same",
      generation: 9,
      backends: ["a", "b"],
      kind: "new",
    },
    { when: "it is the same again", generation: 5, backends: ["a", "b"], kind: "repeat" },
    { when: "it is the same in another order", generation: 5, backends: ["b", "a"], kind: "repeat" },
    { when: "the body differs", generation: 5, backends: ["a"], kind: "conflict" },
    { when: "the generation is lower", generation: 4, backends: ["a", "b"], kind: "older" },
  ])("is $kind when $when", ({ generation, backends, kind }) => {
    const update = wantedFrom({ generation, pools: [{ pool: "calc", backends }] });

    expect(classifyUpdate(current, update)).toBe(kind);
  });
});
