import {
  enterPhase,
  type Server,
  type ServerPhase,
  type ServerRecord,
  type ServerSighting,
  unseen,
} from "@autoscaler/scaling-core";
import type { Ports } from "./ports.ts";

/**
 * The clones as this process knows them. Records are in the journal before a method returns; sightings are
 * in memory only. Steps that run beside each other change a record through `update`, always from its latest
 * state, so none overwrites another's.
 */
export interface CloneStore {
  /** Without those that are gone. */
  live(): readonly Server[];
  gone(): readonly ServerRecord[];
  get(name: string): Server | undefined;
  /** @throws when there is none of this name. */
  recordOf(name: string): ServerRecord;
  /** `facts` go into the log beside the server's name. */
  add(record: ServerRecord, facts?: object): void;
  update(name: string, change: (record: ServerRecord) => ServerRecord): ServerRecord;
  enter(
    name: string,
    phase: ServerPhase,
    detail: { readonly why: string } & Partial<ServerRecord>,
  ): ServerRecord;
  noteSighting(name: string, change: Partial<ServerSighting>): void;
  forgetGoneBefore(atMs: number): void;
}

export function createCloneStore({
  journal,
  clock,
  log,
}: Pick<Ports, "journal" | "clock" | "log">): CloneStore {
  const servers = new Map<string, Server>(
    journal.servers().map((record) => [record.name, { record, sighting: unseen }]),
  );

  const known = (name: string): Server => {
    const server = servers.get(name);
    if (server === undefined) throw new Error(`no server ${name} in the journal`);
    return server;
  };
  const store = (record: ServerRecord, sighting: ServerSighting) => {
    const hadIpv4 = servers.get(record.name)?.record.privateIpv4;
    journal.saveServer(record);
    servers.set(record.name, { record, sighting });
    const { privateIpv4 } = record;
    if (privateIpv4 !== undefined && privateIpv4 !== hadIpv4) takeFromOthers(record.name, privateIpv4);
  };
  /** A cloud hands the address of a machine that is gone to the next one, before anybody has noticed. */
  const takeFromOthers = (owner: string, privateIpv4: string) => {
    for (const { record, sighting } of servers.values()) {
      if (record.name === owner || record.phase === "gone" || record.privateIpv4 !== privateIpv4) continue;
      log.warn(
        { event: "server.address_taken", server: record.name, privateIpv4, owner },
        "another machine has this server's address",
      );
      store({ ...record, privateIpv4: undefined }, sighting);
    }
  };
  const update: CloneStore["update"] = (name, change) => {
    const { record, sighting } = known(name);
    const next = change(record);
    if (next !== record) store(next, sighting);
    return next;
  };

  return {
    live: () => [...servers.values()].filter(({ record }) => record.phase !== "gone"),
    gone: () => [...servers.values()].map(({ record }) => record).filter(({ phase }) => phase === "gone"),
    get: (name) => servers.get(name),
    recordOf: (name) => known(name).record,
    add(record, facts = {}) {
      store(record, unseen);
      log.info(
        { event: "server.added", server: record.name, phase: record.phase, why: record.why, ...facts },
        "server added",
      );
    },
    update,
    enter(name, phase, detail) {
      const before = known(name).record;
      const after = update(name, (record) => enterPhase(record, phase, clock.nowMs(), detail));
      log.info(
        {
          event: "server.phase_changed",
          server: name,
          from: before.phase,
          to: phase,
          why: detail.why,
          inPhaseMs: after.phaseSinceMs - before.phaseSinceMs,
          vmUuid: after.vmUuid,
          privateIpv4: after.privateIpv4,
        },
        "server changed phase",
      );
      return after;
    },
    noteSighting(name, change) {
      const server = servers.get(name);
      if (server !== undefined)
        servers.set(name, { record: server.record, sighting: { ...server.sighting, ...change } });
    },
    forgetGoneBefore(atMs) {
      const old = [...servers.values()].filter(
        ({ record }) => record.phase === "gone" && record.phaseSinceMs < atMs,
      );
      if (old.length === 0) return;
      journal.forgetGoneBefore(atMs);
      for (const { record } of old) servers.delete(record.name);
    },
  };
}
