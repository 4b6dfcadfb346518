import { parentPort } from "node:worker_threads";
import { calculate } from "./calculation.ts";

/** The thread's whole protocol: a number in, its result out. A failure ends the thread, and the pool replaces it. */
parentPort?.on("message", (number: number) => parentPort?.postMessage(calculate(number)));
