import type { Caller, Decode } from "./caller.ts";
import type { Form } from "./form.ts";

/** How long a call may take, by kind. The cloud answers VM calls only when the machine has changed. */
export interface Deadlines {
  readonly readMs: number;
  readonly changeMs: number;
  /** Start, stop, delete of a VM; a stop was seen to take 22 s (zorgatia/terraform-provider-cloudaxion). */
  readonly powerMs: number;
  /** Create and clone; thanet-s/inspace-cloud-kube-modules waits 5 min, merizrizal's Ansible modules 6 min. */
  readonly createMs: number;
}

export interface Change {
  readonly method: "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Form;
  readonly form?: Form;
  readonly json?: Readonly<Record<string, unknown>>;
}

/** The calls of one location, with the deadline of their kind. */
export interface Api {
  /** A path below the location. */
  scoped(path: string): string;
  /** A path that has no location. */
  global(path: string): string;
  read<T>(path: string, decode: Decode<T>, query?: Form): Promise<T>;
  change<T>(change: Change, decode: Decode<T>): Promise<T>;
  /** Start, stop, delete of a VM. */
  power<T>(change: Change, decode: Decode<T>): Promise<T>;
  /** Create and clone of a VM. */
  create<T>(change: Change, decode: Decode<T>): Promise<T>;
}

export function createApi(options: {
  readonly call: Caller;
  readonly location: string;
  readonly deadlines: Deadlines;
}): Api {
  const { call, location, deadlines } = options;
  const prefix = location === "" ? "/v1" : `/v1/${location}`;
  return {
    scoped: (path) => `${prefix}/${path}`,
    global: (path) => `/v1/${path}`,
    read: (path, decode, query) =>
      call(
        { method: "GET", path, ...(query === undefined ? {} : { query }), deadlineMs: deadlines.readMs },
        decode,
      ),
    change: (change, decode) => call({ ...change, deadlineMs: deadlines.changeMs }, decode),
    power: (change, decode) => call({ ...change, deadlineMs: deadlines.powerMs }, decode, { slow: true }),
    create: (change, decode) => call({ ...change, deadlineMs: deadlines.createMs }, decode, { slow: true }),
  };
}

/** For answers whose body is not used. */
export function ignoreBody(): void {}
