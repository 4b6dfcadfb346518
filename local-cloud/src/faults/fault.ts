import type { Clock } from "@autoscaler/service-kit";
import type { MachineDriver } from "../machines/driver.ts";

export type Numbers = Readonly<Record<string, number>>;

interface FaultBase {
  /** Its name on the wire; also that of its file. */
  readonly kind: string;
  /** What callers see of it, in one sentence. */
  readonly summary: string;
  /** Its parameters, named with their unit, and their defaults. */
  readonly numbers: Numbers;
  /** Operations (`operationId` of the OpenAPI file) it applies to if none is named; all when absent. */
  readonly operations?: readonly string[];
}

/** Applies to a request. `arm` is called once for each added fault: its closure may keep state. */
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
  /** Before the cloud does anything: may wait, throw a `CloudFailure`, or return `cut` to drop the connection. */
  before?(): Promise<"cut" | undefined>;
  /** When the cloud has done what it was asked and has an answer (JSON, or empty). */
  after?(answer: string, url: string): AnswerChange;
}

export type AnswerChange =
  | { readonly kind: "replace"; readonly answer: string; readonly status?: number }
  /** Drops the connection after this part of the answer. */
  | { readonly kind: "cut"; readonly sent: string };

/** Applies to a machine that has just been created. */
export interface MachineFault extends FaultBase {
  readonly at: "machine";
  apply(machine: AffectedMachine, numbers: Numbers): Promise<void>;
}

export interface AffectedMachine extends FaultTools {
  readonly id: string;
  readonly driver: MachineDriver;
  /** From now on the cloud reports the machine as running, whatever its real state. */
  hang(): void;
  /** From now on the machine has no network in either direction, until it is removed. */
  isolate(): Promise<void>;
}

export type FaultKind = CallFault | MachineFault;
