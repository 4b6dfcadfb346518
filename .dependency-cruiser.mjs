/** The walls of docs/design.md: imports go down only. */
const rule = (name, from, to, comment) => ({ name, severity: "error", comment, from, to });

export default {
  forbidden: [
    rule("no-circular", {}, { circular: true }, "a cycle has no top"),
    rule(
      "no-unresolvable",
      { pathNot: "^load-test/k6/" },
      { couldNotResolve: true, pathNot: "^node:" },
      "an import must exist",
    ),
    rule(
      "core-is-pure",
      { path: "^packages/scaling-core/src", pathNot: "\\.test\\.ts$" },
      { pathNot: "^packages/(scaling-core|shape)/src|node_modules/typebox/" },
      "rules are pure: no node built-in, no package but the language of shapes",
    ),
    rule(
      "apps-never-meet",
      { path: "^apps/([^/]+)/" },
      { path: "^apps/", pathNot: "^apps/$1/" },
      "apps meet over HTTP",
    ),
    rule(
      "production-without-local-cloud",
      { path: "^(apps|packages|infra)/", pathNot: "\\.test\\.ts$" },
      { path: "^local-cloud/" },
      "nothing in production may need the local cloud",
    ),
    rule(
      "infra-installs-artefacts",
      { path: "^infra/" },
      { path: "^apps/" },
      "infra installs artefacts, it imports no app",
    ),
    rule(
      "packages-are-the-floor",
      { path: "^packages/" },
      { path: "^(apps|infra|local-cloud|load-test|tools|test)/", pathNot: "^local-cloud/" },
      "imports go down only",
    ),
    rule(
      "local-cloud-shares-nothing-with-the-client",
      { path: "^local-cloud/", pathNot: "\\.test\\.ts$" },
      { path: "^(packages/idcloudhost|packages/scaling-core|apps|infra)/" },
      "a double that shares the client's bugs agrees with them",
    ),
    rule(
      "the-clouds-state-knows-no-call",
      { path: "^local-cloud/src/state/" },
      { path: "^local-cloud/src/(api|faults|page|cli)/" },
      "calls change the state, not the other way round",
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "\\.build/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".js", ".mjs", ".json"],
    },
  },
};
