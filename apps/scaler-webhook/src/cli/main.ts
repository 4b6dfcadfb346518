import { readEnvironment, variable } from "@autoscaler/service-kit";
import { Type } from "typebox";
import { createProgram } from "./program.ts";

const program = createProgram({
  token: () => readEnvironment(Type.Object({ OPERATOR_TOKEN: variable.secret }), process.env).OPERATOR_TOKEN,
  print: (text) => process.stdout.write(`${text}\n`),
  nowMs: Date.now,
});

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
