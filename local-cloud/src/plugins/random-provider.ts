import { randomInt } from "node:crypto";
import type { Provider } from "@pulumi/pulumi/provider/index.js";
import { type Properties, sameValue, typeOfUrn } from "./property-values.ts";

const TYPES = ["random:index/randomString:RandomString", "random:index/randomPassword:RandomPassword"];
const CLASSES = {
  lower: "abcdefghijklmnopqrstuvwxyz",
  upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  numeric: "0123456789",
  special: "!@#$%&*()-_=+[]{}<>:?",
} as const;
const KNOWN_INPUTS = ["length", ...Object.keys(CLASSES)];

/** Stands in for pulumi-resource-random: RandomString and RandomPassword with what our program gives them. */
export const randomProvider: Provider = {
  version: "4.21.2",

  async check(urn, _olds: Properties, news: Properties) {
    const type = typeOfUrn(urn);
    if (!TYPES.includes(type)) throw new Error(`the local stand-in for random has no ${type}`);
    const failures = Object.keys(news)
      .filter((key) => !KNOWN_INPUTS.includes(key))
      .map((property) => ({ property, reason: "the local stand-in for random does not know it" }));
    if (!Number.isInteger(news["length"]) || Number(news["length"]) < 1) {
      failures.push({ property: "length", reason: "must be a whole number above 0" });
    }
    if (alphabet(news) === "")
      failures.push({ property: "length", reason: "no class of characters is left" });
    return { inputs: news, failures };
  },

  async diff(_id, _urn, olds: Properties, news: Properties) {
    const replaces = KNOWN_INPUTS.filter((key) => !sameValue(olds[key], news[key]));
    return { changes: replaces.length > 0, replaces };
  },

  async create(urn, inputs: Properties) {
    const characters = alphabet(inputs);
    const result = Array.from(
      { length: Number(inputs["length"]) },
      () => characters[randomInt(characters.length)],
    ).join("");
    const id = typeOfUrn(urn) === TYPES[0] ? result : "none"; // a password must not show as an id
    return { id, outs: { ...inputs, result } };
  },
};

function alphabet(inputs: Properties): string {
  return Object.entries(CLASSES)
    .map(([name, characters]) => (inputs[name] === false ? "" : characters))
    .join("");
}
