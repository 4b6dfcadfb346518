import unit from "./jest.config.mjs";

/** The system tests: real machines, one after the other, minutes each. */
/** @type {import("jest").Config} */
export default {
  ...unit,
  roots: ["<rootDir>/test/system"],
  testMatch: ["**/*.system.ts"],
  testTimeout: 20 * 60_000,
  maxWorkers: 1,
};
