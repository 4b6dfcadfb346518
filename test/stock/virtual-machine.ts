import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import type { Disk } from "./disk.ts";

export type StockMode = "first-commands" | "cut-power" | "after-power-cut";

export interface VirtualMachineOptions {
  readonly disk: Disk;
  /** Everything it writes to its serial console. */
  readonly consoleFile: string;
  readonly cores: number;
  readonly memoryMib: number;
  readonly onLine: (line: string) => void;
  /** Killed, as by pulling its plug, when this aborts. */
  readonly signal: AbortSignal;
  /** By KVM; emulation works everywhere, about ten times slower. */
  readonly accelerated: boolean;
  /** A word that the script in the machine finds on the kernel's command line. */
  readonly mode: StockMode;
}

/** V8 guards its code by memory protection keys where a CPU has them; with emulated ones Node crashed, twice in two runs. */
const EMULATED = ["-accel", "tcg,thread=multi", "-cpu", "max,pku=off"];

/** Runs a virtual machine without a network card until it powers itself off. @throws when QEMU fails. */
export async function runVirtualMachine(options: VirtualMachineOptions): Promise<void> {
  const { disk, cores, memoryMib, accelerated, onLine, signal } = options;
  const child = spawn(
    "qemu-system-x86_64",
    [
      ...(accelerated ? ["-accel", "kvm", "-cpu", "host"] : EMULATED),
      ...["-smp", String(cores), "-m", String(memoryMib), "-nic", "none", "-nographic", "-no-reboot"],
      ...["-kernel", disk.kernel, "-initrd", disk.initrd],
      ...[
        "-append",
        `console=ttyS0 root=/dev/vda rw panic=10 systemd.show_status=0 quiet stock=${options.mode}`,
      ],
      ...["-drive", `file=${disk.image},format=raw,if=virtio,cache=unsafe`],
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const kill = () => void child.kill("SIGKILL");
  signal.addEventListener("abort", kill);
  const log = createWriteStream(options.consoleFile);
  let line = "";
  const keep = (chunk: Buffer) => {
    log.write(chunk);
    const lines = (line + chunk.toString()).split(/[\r\n]+/);
    line = lines.pop() ?? "";
    for (const each of lines) onLine(each);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    if (code !== 0 && !signal.aborted) throw new Error(`qemu-system-x86_64 ended with ${code}: ${line}`);
  } finally {
    signal.removeEventListener("abort", kill);
    log.end();
  }
}
