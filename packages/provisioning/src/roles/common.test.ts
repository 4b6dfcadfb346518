import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unitPath } from "../apply-document.ts";
import { commonParts } from "./common.ts";

/** Who in node_exporter makes a metric, by the beginning of its name. */
const collectorOf = {
  node_boot_time: "stat",
  node_cpu_: "cpu",
  node_disk_: "diskstats",
  node_filesystem_: "filesystem",
  node_load: "loadavg",
  node_memory_: "meminfo",
  node_network_: "netdev",
  node_pressure_: "pressure",
};

describe("commonParts", () => {
  const sources = ["alerting/src/model/queries.ts", "scaling-core/src/promql.ts"];
  const metrics = sources.flatMap(
    (path) => readFileSync(join(__dirname, "../../..", path), "utf8").match(/\bnode_[a-z]\w+/g) ?? [],
  );

  it.each([...new Set(metrics)])("runs the collector of %s, which a query reads", (metric) => {
    const { files } = commonParts({ networkCidr: "10.0.0.0/24", authorizedKeys: [] });
    const unit = files.find(({ path }) => path === unitPath("node-exporter.service"));
    const [, collector] = Object.entries(collectorOf).find(([begin]) => metric.startsWith(begin)) ?? [];

    expect(Buffer.from(unit?.contentBase64 ?? "", "base64").toString()).toContain(`--collector.${collector}`);
  });
});
