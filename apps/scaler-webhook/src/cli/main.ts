import { readEnvironment } from "@autoscaler/service-kit";
import { createProgram } from "./program.ts";

const program = createProgram({
  token: () => readEnvironment(process.env, (env) => env.credential("operator-token")),
  print: (text) => process.stdout.write(`${text}\n`),
  nowMs: Date.now,
});

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
