import { DatabaseSync } from "node:sqlite";
import { type Decision, noBackOff, type ServerRecord, type SizeChange } from "@autoscaler/scaling-core";
import type { Backend, Journal, PoolMemory, StoredDecision } from "../loop/ports.ts";
import { createInstanceLock, type InstanceLock } from "./instance-lock.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS servers (name TEXT PRIMARY KEY, phase TEXT NOT NULL, phase_since_ms INTEGER NOT NULL, record TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS decisions (id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, decision TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS size_changes (at_ms INTEGER NOT NULL, delta INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
`;
const VERSION = 1;
const KEPT_DECISIONS = 10_000;
const KEPT_CHANGES_MS = 24 * 3_600_000;

interface Generation {
  readonly generation: number;
  readonly backends: readonly Backend[];
}

export interface LockableJournal extends Journal {
  readonly lock: InstanceLock;
}

/**
 * The journal in one SQLite file. Every write is on the disk when its method returns (WAL with synchronous
 * FULL syncs the log on each commit).
 *
 * @throws when the file was written by a later version of the program.
 */
export function openJournal(path: string): LockableJournal {
  const db = new DatabaseSync(path);
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 2000;");
  const version = Number(db.prepare("PRAGMA user_version").get()?.["user_version"]);
  if (version > VERSION)
    throw new Error(`the journal is of version ${version}, this program knows ${VERSION}: update it`);
  db.exec(SCHEMA);
  const lock = createInstanceLock(db);
  db.exec(`PRAGMA user_version = ${VERSION}`);

  /** A write of a process that has lost the lock must not happen: nothing it would do afterwards is wanted. */
  const write = <T>(change: () => T): T => {
    db.exec("BEGIN IMMEDIATE");
    try {
      lock.assertHeld();
      const result = change();
      db.exec("COMMIT");
      return result;
    } catch (error) {
      db.exec("ROLLBACK");
      throw error;
    }
  };
  const statements = {
    servers: db.prepare("SELECT record FROM servers ORDER BY name"),
    saveServer: db.prepare(
      "INSERT OR REPLACE INTO servers (name, phase, phase_since_ms, record) VALUES (?, ?, ?, ?)",
    ),
    forget: db.prepare("DELETE FROM servers WHERE phase = 'gone' AND phase_since_ms < ?"),
    fact: db.prepare("SELECT value FROM facts WHERE key = ?"),
    saveFact: db.prepare("INSERT OR REPLACE INTO facts (key, value) VALUES (?, ?)"),
    changes: db.prepare("SELECT at_ms, delta FROM size_changes WHERE at_ms > ? ORDER BY at_ms"),
    addChange: db.prepare("INSERT INTO size_changes (at_ms, delta) VALUES (?, ?)"),
    pruneChanges: db.prepare("DELETE FROM size_changes WHERE at_ms < ?"),
    addDecision: db.prepare("INSERT INTO decisions (at_ms, decision) VALUES (?, ?)"),
    pruneDecisions: db.prepare("DELETE FROM decisions WHERE id <= ?"),
    decision: db.prepare("SELECT id, at_ms, decision FROM decisions WHERE id = ?"),
    decisions: db.prepare("SELECT id, at_ms, decision FROM decisions WHERE id > ? ORDER BY id DESC LIMIT ?"),
  };
  const fact = <T>(key: string, fallback: T): T => {
    const row = statements.fact.get(key);
    return row === undefined ? fallback : parseRow<T>(row["value"]);
  };
  const saveFact = (key: string, value: unknown) =>
    write(() => statements.saveFact.run(key, JSON.stringify(value)));
  const noGeneration: Generation = { generation: 0, backends: [] };
  // Read at its first use: a scaler that waits for its turn must not take over with what it saw before.
  let known: PoolMemory | undefined;
  const memory = (): PoolMemory => {
    known ??= fact<PoolMemory>("memory", { backOff: noBackOff });
    return known;
  };

  return {
    servers: () => statements.servers.all().map((row) => parseRow<ServerRecord>(row["record"])),
    saveServer(record) {
      const { name, phase, phaseSinceMs } = record;
      write(() => statements.saveServer.run(name, phase, Math.trunc(phaseSinceMs), JSON.stringify(record)));
    },
    forgetGoneBefore(atMs) {
      write(() => statements.forget.run(Math.trunc(atMs)));
    },
    memory,
    remember(change) {
      const next: PoolMemory = { ...memory(), ...change };
      if (JSON.stringify(next) === JSON.stringify(memory())) return;
      saveFact("memory", next);
      known = next;
    },
    generationFor(backends) {
      const last = fact("generation", noGeneration);
      if (last.generation > 0 && JSON.stringify(last.backends) === JSON.stringify(backends))
        return last.generation;
      const next: Generation = { generation: last.generation + 1, backends };
      saveFact("generation", next);
      return next.generation;
    },
    raiseGeneration(atLeast) {
      const last = fact("generation", noGeneration);
      // The body of that generation is not known here, so the next one gets its own.
      if (atLeast > last.generation)
        saveFact("generation", { generation: atLeast, backends: [] } satisfies Generation);
    },
    outrunGeneration(taken) {
      const { generation } = fact("generation", noGeneration);
      if (taken >= generation)
        saveFact("generation", { generation: taken, backends: [] } satisfies Generation);
    },
    changesSince: (atMs) =>
      statements.changes
        .all(Math.trunc(atMs))
        .map((row): SizeChange => ({ atMs: Number(row["at_ms"]), delta: Number(row["delta"]) })),
    addChange({ atMs, delta }) {
      write(() => {
        statements.addChange.run(Math.trunc(atMs), delta);
        statements.pruneChanges.run(Math.trunc(atMs - KEPT_CHANGES_MS));
      });
    },
    addDecision(atMs, decision) {
      return write(() => {
        const added = statements.addDecision.run(Math.trunc(atMs), JSON.stringify(decision));
        const id = Number(added.lastInsertRowid);
        statements.pruneDecisions.run(id - KEPT_DECISIONS);
        return id;
      });
    },
    decision(id) {
      const row = statements.decision.get(id);
      return row === undefined ? undefined : toDecision(row);
    },
    decisions: ({ limit, sinceId = 0 }) => statements.decisions.all(sinceId, limit).map(toDecision),
    lock,
    close: () => db.close(),
  };
}

function toDecision(row: Readonly<Record<string, unknown>>): StoredDecision {
  return {
    id: Number(row["id"]),
    atMs: Number(row["at_ms"]),
    decision: parseRow<Decision>(row["decision"]),
  };
}

/** Rows were written by this adapter; the schema's version guards their shape. */
function parseRow<T>(text: unknown): T {
  return JSON.parse(String(text)) as T;
}
