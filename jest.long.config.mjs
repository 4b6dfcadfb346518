import base from "./jest.config.mjs";

/** The properties of the rules and of the loop with many more runs than `npm test` has time for. */
export default {
  ...base,
  roots: ["<rootDir>/packages/scaling-core", "<rootDir>/apps/scaler-webhook"],
  testMatch: ["**/*.property.test.ts"],
  globals: { PROPERTY_RUNS: 100_000 },
  testTimeout: 1_800_000,
};
