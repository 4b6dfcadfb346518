import { PoolView, ServerView } from "@autoscaler/contracts";
import { Type } from "typebox";
import { setUp } from "../testing/app-set-up.ts";
import { createHttpDouble } from "../testing/http-double.ts";
import { createProgram } from "./program.ts";
import { createScalerApi } from "./scaler-api.ts";

/** Runs a command against the real routes; the requests of the command go over the loopback. */
async function scalerOnLoopback() {
  const set = await setUp();
  const url = await set.app.listen({ host: "127.0.0.1", port: 0 });
  const run = async (...args: string[]) => {
    const printed: string[] = [];
    const program = createProgram({
      token: () => "operator-t0ken",
      print: (text) => printed.push(text),
      nowMs: set.world.clock.nowMs,
    });
    program.exitOverride().configureOutput({ writeErr: () => undefined });
    for (const command of program.commands)
      command.exitOverride().configureOutput({ writeErr: () => undefined });
    await program.parseAsync([...args, "--url", url], { from: "user" });
    return printed.join("\n");
  };
  return { ...set, run };
}

describe("the operator's commands", () => {
  it("status shows pool and servers, as text and as JSON", async () => {
    const { app, run } = await scalerOnLoopback();
    expect(await run("status")).toMatch(
      /^calc: 1 in service, 1 wanted \(limits 1 to 4\)\n.*\n\n {2}test-ab12cd-seed/s,
    );
    expect(JSON.parse(await run("status", "--json"))).toMatchObject({
      pool: "calc",
      servers: [{ role: "seed" }],
    });
    await app.close();
  });

  it("scale holds a size and lets it go", async () => {
    const { app, world, run } = await scalerOnLoopback();
    expect(await run("scale", "3", "--for", "5")).toContain("held at 3 for 5 min");
    expect(world.journal.memory().manual).toMatchObject({ kind: "size", size: 3 });
    expect(JSON.parse(await run("scale", "--auto", "--json"))).toEqual({ size: "auto" });
    expect(world.journal.memory().manual).toBeUndefined();
    await app.close();
  });

  it("pause and protect are set and lifted", async () => {
    const { app, world, run } = await scalerOnLoopback();
    await run("pause", "--direction", "down", "--reason", "sale");
    expect(world.journal.memory().pause).toMatchObject({ direction: "down", reason: "sale" });
    expect(await run("status")).toContain("Paused (down) until");
    await run("pause", "--lift");
    expect(world.journal.memory().pause).toBeUndefined();

    world.settings.demandPercent = 110;
    await world.clock.advance(60_000);
    const name = world.journal.servers()[0]?.name ?? "";
    expect(await run("protect", name)).toContain("is protected for 1440 min");
    expect(await run("status")).toContain("protected until");
    expect(await run("protect", name, "--lift")).toContain("no longer protected");
    await app.close();
  });

  it("explain replays the latest and a stored decision", async () => {
    const { app, run } = await scalerOnLoopback();
    expect(await run("explain")).toMatch(
      /Load is .*Beban .*Signals:\n {2}cpu .*decided again from its input: the same/s,
    );
    expect(JSON.parse(await run("explain", "--id", "1", "--json"))).toMatchObject({
      answers: [{ name: "cpu" }],
    });
    await app.close();
  });

  it.each([
    { args: ["explain", "--servers", "3", "--load", "90"], text: "grows from 3 to 5" },
    { args: ["explain", "--servers", "3", "--load", "20"], text: "shrinks from 3 to 2" },
    { args: ["explain", "--servers", "3"], text: "stays at 3" },
  ])("$args needs no scaler: $text", async ({ args, text }) => {
    const printed: string[] = [];
    const token = () => {
      throw new Error("no token is needed");
    };
    const program = createProgram({
      token,
      print: (line) => printed.push(line),
      nowMs: () => 1_800_000_000_000,
    });
    await program.parseAsync(args, { from: "user" });
    expect(printed.join()).toContain(text);
  });

  it.each([
    { args: ["scale"], message: "give a size, or --auto" },
    { args: ["scale", "3", "--auto"], message: "give a size, or --auto" },
    { args: ["scale", "40"], message: "size must be from 1 to 4" },
    { args: ["scale", "many"], message: "a whole number from 1" },
    { args: ["protect", "nobody"], message: "there is no clone nobody" },
    { args: ["explain", "--id", "99999"], message: "there is no decision 99999" },
    { args: ["explain", "--servers", "2", "--load", "200"], message: "a number from 0 to 100" },
  ])("$args fails with one sentence", async ({ args, message }) => {
    const { app, run } = await scalerOnLoopback();
    await expect(run(...args)).rejects.toThrow(message);
    await app.close();
  });

  it.each([
    { body: "<html>", view: PoolView, problem: "the answer must be a list" },
    { body: "{}", view: PoolView, problem: "the answer must be a list" },
    { body: '[{"pool":"calc"}]', view: PoolView, problem: "[0].minSize is missing; [0].maxSize is missing" },
    { body: '[{"phase":"asleep"}]', view: ServerView, problem: "[0].phase must be planned or creating" },
  ])("say what is wrong with the answer $body", async ({ body, view, problem }) => {
    const double = await createHttpDouble(() => ({ status: 200, body }));
    const api = createScalerApi({ url: double.url, token: "s3cret" });
    await expect(api.ask(Type.Array(view), "/v1/pools")).rejects.toThrow(problem);
    await double.close();
  });

  it("says what to do when nobody answers, and never the token", async () => {
    const double = await createHttpDouble(() => undefined);
    await double.close();
    const program = createProgram({ token: () => "s3cret", print: () => undefined, nowMs: () => 0 });
    const failed = program.parseAsync(["status", "--url", double.url], { from: "user" });
    await expect(failed).rejects.toThrow(/open a tunnel/);
    await expect(failed).rejects.not.toThrow(/s3cret/);
  });
});
