// ES-module dependencies that Jest's CommonJS loader has to have transformed.
const esModules = [
  "typebox",
  "cookie",
  "@fastify/type-provider-typebox",
  "commander",
  "d3-array",
  "internmap",
  "find-my-way",
];

/** @type {import("jest").Config} */
export default {
  testEnvironment: "node",
  roots: [
    "<rootDir>/apps",
    "<rootDir>/packages",
    "<rootDir>/infra",
    "<rootDir>/local-cloud",
    "<rootDir>/load-test",
    "<rootDir>/tools",
    "<rootDir>/test",
  ],
  testMatch: ["**/*.test.ts"],
  modulePathIgnorePatterns: ["<rootDir>/.build"],
  transform: {
    "\\.(ts|mjs|js)$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2023" }, module: { type: "commonjs" } },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esModules.join("|")})/)`],
};
