import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { MachineSpec } from "../driver.ts";
import { removeTree } from "./host/mounts.ts";

const MACHINE_ID = /^[0-9a-zA-Z-]{1,64}$/;

/** Files of one machine. Its disk is the base image plus `upper`. */
export interface MachineFiles {
  readonly directory: string;
  readonly upper: string;
  readonly work: string;
  /** Mount point of the disk; mounted only inside the machine's own mount namespace. */
  readonly root: string;
  readonly identityFile: string;
  readonly consoleFile: string;
  /** Its own `/proc/stat` and `/proc/cpuinfo`, where lxcfs does not make them. */
  readonly cpuView: string;
}

/** What has to be known to start a machine again. */
export type MachineRecord = Pick<MachineSpec, "id" | "hostName" | "vcpu" | "memoryMib" | "mac" | "networkId">;

export interface MachineStore {
  filesOf(id: string): MachineFiles;
  /** Makes the folders of a machine that is not there yet. */
  make(spec: MachineSpec): Promise<MachineFiles>;
  read(id: string): Promise<MachineRecord>;
  /** Takes effect with the next start. */
  resize(id: string, size: Pick<MachineSpec, "vcpu" | "memoryMib">): Promise<void>;
  list(): Promise<readonly string[]>;
  remove(id: string): Promise<void>;
}

export function createMachineStore(stateDirectory: string): MachineStore {
  const base = join(stateDirectory, "machines");
  const filesOf = (id: string): MachineFiles => {
    if (!MACHINE_ID.test(id)) throw new Error(`not a machine id: ${JSON.stringify(id)}`);
    const directory = join(base, id);
    return {
      directory,
      upper: join(directory, "upper"),
      work: join(directory, "work"),
      root: join(directory, "root"),
      identityFile: join(directory, "process"),
      consoleFile: join(directory, "console.log"),
      cpuView: join(directory, "cpu-view"),
    };
  };

  const recordFile = (id: string) => join(filesOf(id).directory, "machine.json");
  const read = async (id: string) => JSON.parse(await readFile(recordFile(id), "utf8")) as MachineRecord;

  return {
    filesOf,
    async make(spec) {
      const files = filesOf(spec.id);
      await mkdir(base, { recursive: true, mode: 0o700 });
      await mkdir(files.directory, { mode: 0o700 });
      await Promise.all([files.work, files.root].map((folder) => mkdir(folder)));
      await mkdir(files.upper, { mode: 0o755 });
      const { id, hostName, vcpu, memoryMib, mac, networkId } = spec;
      const record: MachineRecord = { id, hostName, vcpu, memoryMib, mac, networkId };
      await writeFile(recordFile(id), `${JSON.stringify(record)}\n`);
      return files;
    },
    read,
    async resize(id, { vcpu, memoryMib }) {
      const record: MachineRecord = { ...(await read(id)), vcpu, memoryMib };
      await writeFile(recordFile(id), `${JSON.stringify(record)}\n`);
    },
    list: () => readdir(base).catch(() => []),
    remove: (id) => removeTree(filesOf(id).directory),
  };
}
