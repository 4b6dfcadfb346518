import { Type } from "typebox";
import { editorSchema, fieldsOf, type ParseOptions, parseShape } from "./index.ts";

const Shape = Type.Object({
  port: Type.Integer({ minimum: 1, maximum: 65_535, default: 80, description: "Port" }),
  share: Type.Optional(Type.Number({ minimum: 0.5 })),
  engine: Type.Enum(["a", "b"], { default: "a" }),
  isOn: Type.Boolean({ default: false }),
  nested: Type.Object(
    {
      path: Type.String({ pattern: "^/", allowed: "a path such as /x", default: "/" }),
      token: Type.String(),
    },
    { default: { token: "t" } },
  ),
  list: Type.Array(Type.Object({ name: Type.String() }), { maxItems: 2, default: [], description: "Names" }),
  names: Type.Record(Type.String({ pattern: "^[A-Z]+$" }), Type.Number(), {
    default: {},
    allowed: "capitals",
  }),
});

function problemsOf(value: unknown, options: Partial<ParseOptions> = {}): readonly string[] {
  const parsed = parseShape(Shape, value, { whole: "the file", ...options });
  return parsed.kind === "ok" ? [] : parsed.problems;
}

describe("parseShape", () => {
  it("fills in defaults at every depth and leaves out what is optional", () => {
    expect(parseShape(Shape, {}, { whole: "the file" })).toEqual({
      kind: "ok",
      value: {
        port: 80,
        engine: "a",
        isOn: false,
        nested: { path: "/", token: "t" },
        list: [],
        names: {},
      },
    });
  });

  it("gives every caller defaults of its own", () => {
    const read = () => parseShape(Shape, {}, { whole: "the file" });
    const first = read();
    if (first.kind === "ok") first.value.list.push({ name: "x" });

    expect(read()).toMatchObject({ value: { list: [] } });
  });

  it.each<{ when: string; value: unknown; problems: readonly string[] }>([
    { when: "nothing", value: undefined, problems: ["the file must be an object"] },
    { when: "a list", value: [], problems: ["the file must be an object"] },
    { when: "null", value: null, problems: ["the file must be an object"] },
    {
      when: "too large a number",
      value: { port: 70_000 },
      problems: ["port must be a whole number from 1 to 65535"],
    },
    ...["constructor", "toString", "__proto__"].map((name) => ({
      when: `a field ${name}, which every object inherits`,
      value: JSON.parse(`{"${name}":1}`) as unknown,
      problems: [`${name} is not known here; there are port, share, engine, isOn, nested, list, names`],
    })),
    { when: "a fraction", value: { port: 1.5 }, problems: ["port must be a whole number from 1 to 65535"] },
    { when: "NaN", value: { share: Number.NaN }, problems: ["share must be a number from 0.5"] },
    { when: "an infinite number", value: { share: Infinity }, problems: ["share must be a number from 0.5"] },
    {
      when: "a number as text",
      value: { port: "80" },
      problems: ["port must be a whole number from 1 to 65535"],
    },
    {
      when: "null for a number",
      value: { port: null },
      problems: ["port must be a whole number from 1 to 65535"],
    },
    { when: "another word", value: { engine: "c" }, problems: ["engine must be a or b"] },
    { when: "text for a flag", value: { isOn: "yes" }, problems: ["isOn must be true or false"] },
    { when: "a list for a section", value: { nested: [] }, problems: ["nested must be an object"] },
    { when: "a missing field", value: { nested: {} }, problems: ["nested.token is missing"] },
    {
      when: "a text of another form",
      value: { nested: { token: "t", path: "x" } },
      problems: ["nested.path must be a path such as /x"],
    },
    { when: "text for a list", value: { list: "a" }, problems: ["list must be a list of at most 2"] },
    { when: "too long a list", value: { list: [1, 2, 3] }, problems: ["list must be a list of at most 2"] },
    {
      when: "bad elements",
      value: { list: [7, { name: 7 }] },
      problems: ["list[0] must be an object", "list[1].name must be text"],
    },
    {
      when: "a bad name",
      value: { names: { a: 1 } },
      problems: ["names.a is no name that is allowed here: capitals"],
    },
    { when: "a bad value", value: { names: { A: "x" } }, problems: ["names.A must be a number"] },
    { when: "a slip", value: { Prot: 1 }, problems: ["Prot is not known here; did you mean port?"] },
    { when: "another case", value: { PORT: 1 }, problems: ["PORT is not known here; did you mean port?"] },
    {
      when: "an unknown field",
      value: { nested: { token: "t", colour: 1 } },
      problems: ["nested.colour is not known here; there are path, token"],
    },
  ])("phrases $when", ({ value, problems }) => {
    expect(problemsOf(value)).toEqual(problems);
  });

  it("reports every problem at once and repeats no value", () => {
    const problems = problemsOf({ port: "hunter2", isOn: "hunter2", nested: { token: 1, path: "hunter2" } });

    expect(problems).toHaveLength(4);
    expect(problems.join()).not.toContain("hunter2");
  });

  it("takes numbers as text and text as numbers where it is told to, and nothing else", () => {
    const value = { port: "8080", nested: { token: 7 } };

    expect(parseShape(Shape, value, { whole: "the file", takesText: true })).toMatchObject({
      value: { port: 8080, nested: { token: "7" } },
    });
    expect(problemsOf({ port: "8e2", isOn: "true" }, { takesText: true })).toEqual([
      "port must be a whole number from 1 to 65535",
      "isOn must be true or false",
    ]);
  });

  it("hands on at every depth what it does not know where the value may grow", () => {
    const value = { colour: 1, nested: { token: "t", path: "/", shade: [2] } };

    expect(parseShape(Shape, value, { whole: "the answer", mayGrow: true })).toMatchObject({ value });
  });
});

describe("what is made of a shape", () => {
  it("is a closed schema for editors, in which a field with a default may be left out", () => {
    const schema = editorSchema(Shape);

    expect(schema).toMatchObject({
      additionalProperties: false,
      properties: { nested: { required: ["token"] } },
    });
    expect(schema).not.toHaveProperty("required");
    expect(JSON.stringify(schema)).not.toContain("allowed");
  });

  it("is a row a field", () => {
    expect(fieldsOf(Shape).map(({ path }) => path)).toEqual([
      "port",
      "share",
      "engine",
      "isOn",
      "nested.path",
      "nested.token",
      "list",
      "list[].name",
      "names.<name>",
    ]);
    expect(fieldsOf(Shape)[0]).toEqual({
      path: "port",
      description: "Port",
      allowed: "a whole number from 1 to 65535",
      default: 80,
    });
  });
});
