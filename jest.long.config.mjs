import base from "./jest.config.mjs";

/** What `npm test` has no time for: the properties of the rules and of the loop with many more runs, whole matrices. */
export default {
  ...base,
  roots: ["<rootDir>/packages/scaling-core", "<rootDir>/apps/scaler-webhook", "<rootDir>/test/engine"],
  testMatch: ["**/*.property.test.ts", "**/*.matrix.test.ts"],
  globals: { PROPERTY_RUNS: 100_000 },
  testTimeout: 1_800_000,
};
