import type { DatabaseSync } from "node:sqlite";

/**
 * One scaler at a time. Whoever holds the lock renews it; each take-over raises the fence, and a process whose
 * fence is no longer the present one can write nothing into the journal any more, hence start nothing new.
 */
export interface InstanceLock {
  /** True when it is this process's now. Takes over a lock that ran out, or whose holder `isGone` says is dead. */
  acquire(request: LockRequest): LockAnswer;
  /** False, and nothing changed, when another process took over since. */
  renew(request: Pick<LockRequest, "nowMs" | "forMs">): boolean;
  /** Lets the next one in at once. */
  release(): void;
  /** @throws LockLostError when another process took over; nothing to check for a process that never acquired. */
  assertHeld(): void;
}

export interface LockRequest {
  /** `<host>/<pid>` */
  readonly holder: string;
  readonly nowMs: number;
  readonly forMs: number;
  readonly isGone: (holder: string) => boolean;
}

export type LockAnswer =
  | { readonly kind: "held"; readonly fence: number }
  | { readonly kind: "taken"; readonly holder: string; readonly untilMs: number };

export class LockLostError extends Error {
  override readonly name = "LockLostError";
  readonly code = "LOCK_LOST";

  constructor() {
    super("another scaler took over the journal; this one must stop");
  }
}

export function createInstanceLock(db: DatabaseSync): InstanceLock {
  db.exec(
    "CREATE TABLE IF NOT EXISTS instance_lock (id INTEGER PRIMARY KEY CHECK (id = 1), fence INTEGER NOT NULL, holder TEXT NOT NULL, until_ms INTEGER NOT NULL) STRICT",
  );
  const read = db.prepare("SELECT fence, holder, until_ms FROM instance_lock WHERE id = 1");
  const save = db.prepare(
    "INSERT OR REPLACE INTO instance_lock (id, fence, holder, until_ms) VALUES (1, ?, ?, ?)",
  );
  const extend = db.prepare("UPDATE instance_lock SET until_ms = ? WHERE id = 1 AND fence = ?");
  const expire = db.prepare("UPDATE instance_lock SET until_ms = 0 WHERE id = 1 AND fence = ?");
  let ownFence: number | undefined;

  const current = () => {
    const row = read.get();
    return row === undefined
      ? undefined
      : { fence: Number(row["fence"]), holder: String(row["holder"]), untilMs: Number(row["until_ms"]) };
  };

  return {
    acquire({ holder, nowMs, forMs, isGone }) {
      db.exec("BEGIN IMMEDIATE");
      try {
        const before = current();
        const isOwn = before !== undefined && before.fence === ownFence;
        // A lock that seems to hold for longer than anyone asks for was written by a clock that ran ahead.
        const isFree =
          before === undefined ||
          nowMs >= before.untilMs ||
          before.untilMs - nowMs > 2 * forMs ||
          isGone(before.holder);
        if (!isOwn && !isFree) return { kind: "taken", holder: before.holder, untilMs: before.untilMs };
        const fence = isOwn ? before.fence : (before?.fence ?? 0) + 1;
        save.run(fence, holder, Math.trunc(nowMs + forMs));
        ownFence = fence;
        return { kind: "held", fence };
      } finally {
        db.exec("COMMIT");
      }
    },
    renew: ({ nowMs, forMs }) =>
      ownFence !== undefined && extend.run(Math.trunc(nowMs + forMs), ownFence).changes === 1,
    release() {
      if (ownFence !== undefined) expire.run(ownFence);
    },
    assertHeld() {
      if (ownFence !== undefined && current()?.fence !== ownFence) throw new LockLostError();
    },
  };
}
