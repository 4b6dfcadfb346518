import type { Clock } from "@autoscaler/service-kit";
import type { MachineDriver } from "../machines/driver.ts";

export type Numbers = Readonly<Record<string, number>>;

interface FaultBase {
  /** Its name on the wire; also that of its file. */
  readonly kind: string;
  /** What callers see of it, in one sentence. */
  readonly summary: string;
  /** The numbers it takes, named with their unit, and what they are if not given. */
  readonly numbers: Numbers;
  /** Operations (`operationId` of the OpenAPI file) it strikes if none is named; all when absent. */
  readonly operations?: readonly string[];
}

/** Strikes a request. `arm` is called once for each fault that is added, so an armed fault may remember. */
export interface CallFault extends FaultBase {
  readonly at: "call";
  arm(numbers: Numbers, tools: FaultTools): CallEffects;
}

export interface FaultTools {
  readonly clock: Clock;
  /** Ends when the server closes. */
  readonly closing: AbortSignal;
}

export interface CallEffects {
  /** Before the cloud does anything: may wait, throw a `CloudFailure`, or say `cut` to drop the connection. */
  before?(): Promise<"cut" | undefined>;
  /** When the cloud has done what it was asked and has an answer (JSON, or empty). */
  after?(answer: string, url: string): AnswerChange;
}

export type AnswerChange =
  | { readonly kind: "replace"; readonly answer: string; readonly status?: number }
  /** Drops the connection after so much of the answer. */
  | { readonly kind: "cut"; readonly sent: string };

/** Strikes a machine that has just been made. */
export interface MachineFault extends FaultBase {
  readonly at: "machine";
  strike(machine: StruckMachine, numbers: Numbers): Promise<void>;
}

export interface StruckMachine extends FaultTools {
  readonly id: string;
  readonly driver: MachineDriver;
  /** From now on the cloud takes the machine for running, whatever it does. */
  hang(): void;
  /** From now on nothing reaches the machine, and it reaches nothing, until it is removed. */
  isolate(): Promise<void>;
}

export type FaultKind = CallFault | MachineFault;
