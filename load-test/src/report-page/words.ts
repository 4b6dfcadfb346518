import { clockText, countText, msText, plural, rateText } from "../format.ts";
import type { LoadTestResult } from "../result.ts";

export interface Tile {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  readonly tone?: "good" | "bad";
}

/** The outcome in one sentence, in English and Indonesian. */
export function verdict({ summary, interrupted }: LoadTestResult): {
  readonly english: string;
  readonly indonesian: string;
} {
  const { startInService, maxInService, endInService, totalRequests, failedRequests } = summary;
  const early = interrupted
    ? { english: "Stopped early. ", indonesian: "Dihentikan lebih awal. " }
    : { english: "", indonesian: "" };
  const failed = failureSentence(totalRequests, failedRequests);
  if (startInService === undefined || maxInService === undefined || endInService === undefined) {
    return { english: early.english + failed.english, indonesian: early.indonesian + failed.indonesian };
  }
  const pool =
    maxInService === startInService
      ? {
          english: `The pool stayed at ${plural(startInService, "server")}.`,
          indonesian: `Jumlah server tetap ${startInService}.`,
        }
      : {
          english: `The pool grew from ${startInService} to ${plural(maxInService, "server")} and ended with ${endInService}.`,
          indonesian: `Jumlah server naik dari ${startInService} ke ${maxInService}, lalu berakhir di ${endInService}.`,
        };
  return {
    english: `${early.english}${pool.english} ${failed.english}`,
    indonesian: `${early.indonesian}${pool.indonesian} ${failed.indonesian}`,
  };
}

function failureSentence(totalRequests: number, failedRequests: number) {
  const total = countText(totalRequests);
  if (totalRequests === 0)
    return { english: "No request was sent.", indonesian: "Tidak ada permintaan yang dikirim." };
  if (failedRequests === 0) {
    return {
      english: `None of ${total} requests failed.`,
      indonesian: `Tidak satu pun dari ${total} permintaan gagal.`,
    };
  }
  return {
    english: `${countText(failedRequests)} of ${total} requests failed.`,
    indonesian: `${countText(failedRequests)} dari ${total} permintaan gagal.`,
  };
}

export function tiles({ summary, scenario, policy }: LoadTestResult): readonly Tile[] {
  const { totalRequests, failedRequests, failureKinds, firstReactionSeconds } = summary;
  const kinds = Object.entries(failureKinds).map(([kind, count]) => `${countText(count)} ${kind}`);
  const { startInService, maxInService, endInService } = summary;
  return [
    {
      name: "Failed requests",
      value: countText(failedRequests),
      note: failedRequests === 0 ? `all ${countText(totalRequests)} were answered` : kinds.join(", "),
      ...(totalRequests === 0 ? {} : { tone: failedRequests === 0 ? "good" : "bad" }),
    },
    ...(startInService === undefined || policy === undefined
      ? []
      : [
          {
            name: "Servers in service",
            value: [startInService, maxInService, endInService].join(" → "),
            note: `start, most, end; allowed ${policy.minSize} to ${policy.maxSize}`,
          },
        ]),
    ...(firstReactionSeconds === undefined
      ? []
      : [
          {
            name: "Time to react",
            value: `${Math.round(firstReactionSeconds)} s`,
            note: "from CPU above the band until the first growth was in service",
          },
        ]),
    { name: "Typical answer", value: msText(summary.p50Ms), note: "half of all answers were faster" },
    {
      name: "Slow answers",
      value: msText(summary.p95Ms),
      note: `95 of 100 were faster; the slowest took ${msText(summary.maxMs)}`,
    },
    {
      name: "Highest load",
      value: rateText(scenario.peakRps),
      note: `${plural(totalRequests, "request")} in ${clockText(summary.durationSeconds)} min`,
    },
  ];
}
