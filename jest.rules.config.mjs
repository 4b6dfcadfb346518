import base from "./jest.config.mjs";

/** The rules alone: no branch of them may be untested. */
export default {
  ...base,
  roots: ["<rootDir>/packages/scaling-core"],
  collectCoverage: true,
  collectCoverageFrom: ["packages/scaling-core/src/**/*.ts", "!**/testing/**"],
  coverageDirectory: "<rootDir>/.build/coverage",
  coverageReporters: ["text"],
  coverageThreshold: { global: { branches: 100 } },
};
