import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { LoadTestResult } from "@autoscaler/load-test";

export interface Verdict {
  readonly ok: boolean;
  readonly lines: readonly string[];
}

export async function readResult(directory: string): Promise<LoadTestResult> {
  return JSON.parse(await readFile(join(directory, "result.json"), "utf8")) as LoadTestResult;
}

/** Good: the pool grew from one server, came back to one (if it was given the time), and no request failed. */
export function judge(
  { summary, interrupted }: Pick<LoadTestResult, "summary" | "interrupted">,
  { comesBack } = { comesBack: true },
): Verdict {
  const {
    startInService,
    maxInService,
    endInService,
    totalRequests,
    failedRequests,
    p95Ms,
    firstReactionSeconds,
  } = summary;
  const problems = [
    ...(interrupted ? ["the ramp was interrupted"] : []),
    ...(failedRequests > 0 ? [`${failedRequests} requests failed (${kinds(summary.failureKinds)})`] : []),
    ...(startInService === 1
      ? []
      : [`the pool began with ${startInService ?? "an unknown number of"} servers in service`]),
    ...((maxInService ?? 0) >= 2 ? [] : ["the pool never grew"]),
    ...(endInService === 1 || !comesBack
      ? []
      : [`the pool ended with ${endInService ?? "an unknown number of"} servers in service`]),
  ];
  const figures = [
    `servers in service: ${startInService ?? "?"} -> ${maxInService ?? "?"} -> ${endInService ?? "?"}`,
    `requests: ${totalRequests} sent, ${failedRequests} failed`,
    ...(p95Ms === undefined ? [] : [`latency: p95 ${Math.round(p95Ms)} ms`]),
    ...(firstReactionSeconds === undefined
      ? []
      : [
          `first reaction: ${Math.round(firstReactionSeconds)} s from the load above its band to one more server in service`,
        ]),
  ];
  return {
    ok: problems.length === 0,
    lines: [...figures, ...problems.map((problem) => `NOT GOOD: ${problem}`)],
  };
}

function kinds(failures: Readonly<Record<string, number>>): string {
  return Object.entries(failures)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(", ");
}
