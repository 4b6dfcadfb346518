import { DecisionView } from "@autoscaler/contracts";
import { type Static, Type } from "typebox";

const Second = (description: string) =>
  Type.Number({ description: `${description}, in seconds from the start of the run` });
const Ms = (description: string) =>
  Type.Optional(Type.Number({ description: `${description}, in milliseconds` }));
const Count = (description: string) => Type.Integer({ minimum: 0, description });

export const StageResult = Type.Object({
  label: Type.String(),
  startSecond: Second("Begin"),
  endSecond: Second("End"),
  fromRps: Type.Number({ description: "Arrival rate at its begin, requests a second" }),
  toRps: Type.Number({ description: "Arrival rate at its end" }),
  requestCount: Count("Requests that were due in it"),
  failedCount: Count("Those of them that failed"),
  p50Ms: Ms("Median latency of its successes"),
  p95Ms: Ms("95th percentile"),
  maxMs: Ms("Largest"),
});
export type StageResult = Static<typeof StageResult>;

export const SecondResult = Type.Object({
  second: Type.Integer({ minimum: 0 }),
  arrivalCount: Count("Requests due in this second"),
  failedCount: Count("Those of them that failed"),
  p50Ms: Ms("Median latency of the successes due in this second and the four before"),
  p95Ms: Ms("95th percentile of the same"),
  inServiceCount: Type.Optional(
    Count("Servers in the load balancer, the seed counted, as the scaler last said"),
  ),
  desiredSize: Type.Optional(Count("Servers the scaler wants")),
  loadPercent: Type.Optional(Type.Number({ description: "Mean CPU of the warm serving servers, 0..100" })),
});
export type SecondResult = Static<typeof SecondResult>;

export const ServerLife = Type.Object({
  name: Type.String(),
  role: Type.Union([Type.Literal("seed"), Type.Literal("clone")]),
  phases: Type.Array(
    Type.Object({ phase: Type.String(), fromSecond: Second("Begin"), toSecond: Second("End") }),
  ),
});
export type ServerLife = Static<typeof ServerLife>;

export const Reaction = Type.Object({
  decisionId: Type.Integer(),
  fromSize: Type.Integer(),
  toSize: Type.Integer(),
  decidedAtSecond: Second("Decision"),
  breachToDecisionSeconds: Type.Optional(
    Type.Number({
      description: "From the first observed load above the band until the decision; one second coarse",
    }),
  ),
  decisionToInServiceSeconds: Type.Optional(
    Type.Number({
      description: "From the decision until as many servers were seen in service; absent: never seen",
    }),
  ),
});
export type Reaction = Static<typeof Reaction>;

export const LoadTestResult = Type.Object(
  {
    schemaVersion: Type.Literal(1),
    startedAtMs: Type.Number({ description: "Start of the run, milliseconds since the Unix epoch" }),
    finishedAtMs: Type.Number(),
    interrupted: Type.Boolean({ description: "Ended before its schedule did" }),
    target: Type.Object({ url: Type.String(), method: Type.String(), path: Type.String() }),
    scenario: Type.Object({ name: Type.String(), peakRps: Type.Number() }),
    policy: Type.Optional(
      Type.Object({
        minSize: Type.Integer(),
        maxSize: Type.Integer(),
        targetPercent: Type.Number(),
        tolerancePercent: Type.Number(),
      }),
    ),
    facts: Type.Optional(
      Type.Record(Type.String(), Type.String(), { description: "Where it ran, as the caller says" }),
    ),
    stages: Type.Array(StageResult, {
      description: "The scenario's stages, then `settling` if there was one",
    }),
    seconds: Type.Array(SecondResult),
    servers: Type.Array(ServerLife),
    decisions: Type.Array(Type.Intersect([DecisionView, Type.Object({ atSecond: Second("Decision") })]), {
      description: "Decisions that change the size, oldest first",
    }),
    reactions: Type.Array(Reaction, { description: "One for each decision to grow" }),
    summary: Type.Object({
      durationSeconds: Type.Number(),
      totalRequests: Count("Requests sent"),
      failedRequests: Count(
        "No answer within the time-out, a broken connection, or a status of 300 and more",
      ),
      failureKinds: Type.Record(Type.String(), Type.Integer(), { description: "Failures by kind" }),
      p50Ms: Ms("Median latency of all successes, from when the request was due"),
      p90Ms: Ms("90th percentile"),
      p95Ms: Ms("95th percentile"),
      p99Ms: Ms("99th percentile"),
      maxMs: Ms("Largest"),
      startInService: Type.Optional(Count("Servers in service at the start; absent without a scaler")),
      maxInService: Type.Optional(Count("The most at once")),
      endInService: Type.Optional(Count("At the end")),
      /** From the load above the band until one more server was in service, for the first growth. */
      firstReactionSeconds: Type.Optional(Type.Number()),
    }),
  },
  { description: "report/result.json of a load test" },
);
export type LoadTestResult = Static<typeof LoadTestResult>;
