/** @type {import("knip").KnipConfig} */
export default {
  ignoreBinaries: ["ip", "xdg-open", "qemu-system-x86_64", "flock", "ssh-keygen", "go"],
  ignoreExportsUsedInFile: true,
  workspaces: {
    ".": {
      entry: [
        "infra/index.ts",
        "tools/start/main.ts",
        "test/engine/plugins/*.ts",
        "test/stock/main.ts",
        "test/system/*.{system,long}.ts",
      ],
      project: ["infra/**/*.ts", "tools/**/*.{ts,mjs}", "test/**/*.ts"],
    },
    "apps/calc": { entry: ["src/{server,worker}.ts"], project: ["src/**/*.ts"] },
    "apps/lb-agent": { entry: ["src/server.ts", "bench/*.ts"], project: ["src/**/*.ts", "bench/**/*.ts"] },
    "apps/scaler-webhook": {
      entry: ["src/server.ts", "src/simulation/main.ts", "bench/*.ts"],
      project: ["src/**/*.ts", "bench/**/*.ts"],
    },
    "packages/*": { project: ["src/**/*.ts"] },
    "packages/alerting": { entry: ["src/on-vm/grafana-apply.ts"], project: ["src/**/*.ts"] },
    "packages/grafana": { project: ["*.ts"] },
    "packages/provisioning": { entry: ["src/on-vm/authorize-on-clones.ts"], project: ["src/**/*.ts"] },
    "packages/idcloudhost": { entry: ["src/resources/*.ts"], project: ["src/**/*.ts"] },
    "load-test": { entry: ["k6/*.js"], project: ["src/**/*.ts"], ignoreDependencies: ["k6"] },
    "local-cloud": {
      entry: [
        "src/main.ts",
        "src/cli/*.ts",
        "src/artifacts/mirror-main.ts",
        "src/plugins/*.ts",
        "bench/*.ts",
      ],
      project: ["src/**/*.ts", "bench/**/*.ts"],
    },
  },
};
