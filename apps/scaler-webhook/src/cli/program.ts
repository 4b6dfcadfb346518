import { readFileSync } from "node:fs";
import {
  DecisionDetail,
  DecisionView,
  PauseView,
  PoolView,
  ProtectionView,
  ServerView,
  SizeView,
} from "@autoscaler/contracts";
import { argument } from "@autoscaler/service-kit/argument.ts";
import { Command, Option } from "commander";
import { type TSchema, Type } from "typebox";
import { decideByNumbers, describe, replay } from "./explain.ts";
import { createScalerApi, type ScalerApi } from "./scaler-api.ts";

export interface ProgramOptions {
  readonly token: () => string;
  readonly print: (text: string) => void;
  readonly nowMs: () => number;
}

const wholeNumber = argument(Type.Integer({ minimum: 1, maximum: 9_999_999 }));
const percent = argument(Type.Number({ minimum: 0, maximum: 100 }));

/** What a lifted setting is answered with. */
const Nothing = Type.Undefined();

interface Setting {
  readonly api: ScalerApi;
  readonly url: string;
}

interface Shared {
  readonly url: string;
  readonly json?: boolean;
}

/** The operator's commands. Each says what it did, or with `--json` what it was told. */
export function createProgram({ token, print, nowMs }: ProgramOptions): Command {
  const program = new Command("scaler").description("Asks and steers the running scaler of a pool.");
  const tell = (options: Shared, value: unknown, text: () => string) =>
    print(options.json === true ? JSON.stringify(value, undefined, 2) : text());
  const connect = async ({ url }: Shared) => {
    const api = createScalerApi({ url: url.replace(/\/+$/, ""), token: token() });
    const [pool] = await api.ask(Type.Array(PoolView), "/v1/pools");
    if (pool === undefined) throw new Error("the scaler has no pool");
    return { api, pool, path: `/v1/pools/${pool.pool}` };
  };
  const set = async (options: Shared, { api, url }: Setting, view: TSchema, json: object, said: string) => {
    const kept = await api.ask(view, url, { method: "PUT", json });
    tell(options, kept, () => said);
  };
  const lift = async (options: Shared, { api, url }: Setting, state: object, said: string) => {
    await api.ask(Nothing, url, { method: "DELETE" });
    tell(options, state, () => said);
  };
  const add = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .option("--url <url>", "address of the scaler", "http://127.0.0.1:4000")
      .option("--json", "print JSON")
      .addHelpText(
        "after",
        "\nThe operator token is read from OPERATOR_TOKEN (pulumi stack output --show-secrets).",
      );

  add("status", "Shows the pool, its servers and the latest decision.").action(async (options: Shared) => {
    const { api, pool, path } = await connect(options);
    const servers = await api.ask(Type.Array(ServerView), `${path}/servers`);
    tell(options, { ...pool, servers }, () => describeStatus(pool, servers, nowMs()));
  });

  add(
    "explain",
    "Explains a decision: the latest, a stored one (--id), or one from given numbers (--servers).",
  )
    .option("--id <number>", "a stored decision", wholeNumber)
    .option("--servers <count>", "size of the pool, without asking the scaler", wholeNumber)
    .option("--load <percent>", "mean CPU of its servers; left out: no reading", percent)
    .option("--policy <file>", "JSON file with the policy; left out: the defaults")
    .action(async (options: Shared & ExplainOptions) => {
      const decision =
        options.servers === undefined
          ? await explainStored(options, () => connect(options))
          : { decision: decideByNumbers(numbersOf(options, options.servers, nowMs())), note: "" };
      tell(options, decision.decision, () => `${describe(decision.decision)}${decision.note}`);
    });

  add("scale", "Holds the pool at a size for a while; --auto lets the policy decide again.")
    .argument("[size]", "servers, the seed counted", wholeNumber)
    .option("--for <minutes>", "how long", wholeNumber, 60)
    .option("--auto", "let the policy decide again")
    .action(async (size: number | undefined, options: Shared & { for: number; auto?: boolean }) => {
      if ((size === undefined) === (options.auto !== true)) throw new Error("give a size, or --auto");
      const { api, path } = await connect(options);
      const setting = { api, url: `${path}/size` };
      if (size === undefined)
        return lift(options, setting, { size: "auto" }, "The policy decides the size again.");
      const said = `The pool is held at ${size} for ${options.for} min. Shrinking waits for the load.`;
      return set(options, setting, SizeView, { size, forSeconds: options.for * 60 }, said);
    });

  add("pause", "Stops growing, shrinking or both for a while; --lift ends that.")
    .addOption(new Option("--direction <direction>").choices(["up", "down", "both"]).default("both"))
    .option("--for <minutes>", "how long", wholeNumber, 60)
    .option("--reason <text>", "for those who look at the status", "paused by an operator")
    .option("--lift", "end the pause")
    .action(async (options: Shared & PauseOptions) => {
      const { api, path } = await connect(options);
      const setting = { api, url: `${path}/pause` };
      if (options.lift === true) return lift(options, setting, { paused: false }, "The pause is lifted.");
      const { direction, reason } = options;
      const json = { direction, reason, forSeconds: options.for * 60 };
      return set(options, setting, PauseView, json, `Paused (${direction}) for ${options.for} min.`);
    });

  add("protect", "Keeps the pool from shrinking by a server; --lift ends that.")
    .argument("<server>", "name of a clone, as status shows it")
    .option("--for <minutes>", "how long", wholeNumber, 1_440)
    .option("--lift", "end the protection")
    .action(async (server: string, options: Shared & { for: number; lift?: boolean }) => {
      const { api, path } = await connect(options);
      const setting = { api, url: `${path}/servers/${encodeURIComponent(server)}/protection` };
      if (options.lift === true)
        return lift(options, setting, { server, protected: false }, `${server} is no longer protected.`);
      const said = `${server} is protected for ${options.for} min. It is still replaced when it is dead.`;
      return set(options, setting, ProtectionView, { forSeconds: options.for * 60 }, said);
    });
  return program;
}

interface ExplainOptions {
  readonly id?: number;
  readonly servers?: number;
  readonly load?: number;
  readonly policy?: string;
}

interface PauseOptions {
  readonly direction: string;
  readonly for: number;
  readonly reason: string;
  readonly lift?: boolean;
}

function numbersOf({ load, policy }: ExplainOptions, serverCount: number, nowMs: number) {
  const given: unknown = policy === undefined ? {} : JSON.parse(readFileSync(policy, "utf8"));
  return { serverCount, policy: given, nowMs, ...(load === undefined ? {} : { loadPercent: load }) };
}

async function explainStored(
  { id }: ExplainOptions,
  connect: () => Promise<{ readonly api: ScalerApi; readonly path: string }>,
) {
  const { api, path } = await connect();
  const [latest] = await api.ask(Type.Array(DecisionView), `${path}/decisions?limit=1`);
  const wanted = id ?? latest?.id;
  if (wanted === undefined) throw new Error("the scaler has decided nothing yet");
  const { decision } = await api.ask(DecisionDetail, `${path}/decisions/${wanted}`);
  const { stored, isSame } = replay(decision);
  const note = isSame
    ? `\nDecision ${wanted}, decided again from its input: the same.`
    : `\nDecision ${wanted}: the rules of this checkout decide differently; compare the versions.`;
  return { decision: stored, note };
}

function describeStatus(pool: PoolView, servers: readonly ServerView[], nowMs: number): string {
  const until = (atMs: number | undefined) =>
    new Date(atMs ?? nowMs).toISOString().slice(0, 16).replace("T", " ");
  const rows = servers.map(({ name, role, phase, phaseSinceMs, loadPercent, protectedUntilMs, waitsFor }) =>
    [
      `  ${name.padEnd(28)} ${role.padEnd(6)} ${phase.padEnd(9)}`,
      `${String(Math.round((nowMs - phaseSinceMs) / 1000)).padStart(7)} s`,
      loadPercent === undefined ? "" : `${Math.round(loadPercent)} %`,
      ...(protectedUntilMs === undefined ? [] : [`protected until ${until(protectedUntilMs)}`]),
      ...(waitsFor === undefined ? [] : [`waits for ${waitsFor}`]),
    ].join("  "),
  );
  return [
    `${pool.pool}: ${pool.inServiceCount} in service, ${pool.desiredSize} wanted (limits ${pool.minSize} to ${pool.maxSize})${pool.dryRun === true ? ", dry run" : ""}`,
    ...(pool.lastSentence === undefined ? [] : [pool.lastSentence]),
    ...(pool.pausedDirection === undefined
      ? []
      : [`Paused (${pool.pausedDirection}) until ${until(pool.pausedUntilMs)}`]),
    ...(pool.manualSize === undefined
      ? []
      : [`Held at ${pool.manualSize} until ${until(pool.manualUntilMs)}`]),
    "",
    ...rows.map((row) => row.trimEnd()),
  ].join("\n");
}
