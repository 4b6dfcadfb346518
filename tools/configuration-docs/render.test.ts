import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fieldsOf } from "@autoscaler/shape";
import { StackShape } from "../../infra/config-shape.ts";
import { renderConfigurationDocs } from "./render.ts";

describe("the configuration's documents", () => {
  it.each(Object.entries(renderConfigurationDocs()))(
    "%s is up to date: npm run docs:configuration",
    (name, text) => {
      // The formatter lays JSON out as it likes.
      const form = (content: string) => (name.endsWith(".json") ? JSON.parse(content) : content);
      expect(form(readFileSync(join(__dirname, "../../docs", name), "utf8"))).toEqual(form(text));
    },
  );

  it("describe every key", () => {
    expect(fieldsOf(StackShape).filter(({ description }) => description === "")).toEqual([]);
  });

  it("name every key that Pulumi.yaml declares, and the other way round", () => {
    const declared = [
      ...readFileSync(join(__dirname, "../../Pulumi.yaml"), "utf8").matchAll(/^ {2}(\w+):$/gm),
    ]
      .map(([, key]) => key)
      .filter((key) => key !== "options");
    expect(declared.sort()).toEqual(
      Object.keys(StackShape.properties)
        .filter((key) => key !== "apiKey")
        .sort(),
    );
  });
});
