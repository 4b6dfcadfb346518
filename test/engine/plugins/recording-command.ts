import { appendFileSync } from "node:fs";
import { createCommandProvider } from "@autoscaler/local-cloud/plugins/command-provider.ts";
import type { Transport } from "@autoscaler/local-cloud/plugins/transport.ts";
import { main } from "@pulumi/pulumi/provider/index.js";

/** One line of the recording: a call that would have gone to a machine. */
export interface RecordedCall {
  /** `here`: where Pulumi runs. */
  readonly kind: "run" | "copy" | "here";
  readonly host: string;
  readonly proxyHost?: string;
  readonly isHostKeyPinned: boolean;
  /** The command, or the path on the machine. */
  readonly what: string;
  readonly stdin?: string;
}

const file = process.env["ENGINE_TEST_RECORDING"];
if (file === undefined) throw new Error("ENGINE_TEST_RECORDING must name a file");

const record = (call: RecordedCall) => appendFileSync(file, `${JSON.stringify(call)}\n`);

const recordingTransport: Transport = {
  async runHere(command, { HOST: host = "" }) {
    record({ kind: "here", host, isHostKeyPinned: false, what: command.join(" ") });
    return { exitCode: 0, stdout: "", stderr: "" };
  },
  async run({ host, proxy, hostKey }, command, stdin) {
    const isHostKeyPinned = hostKey !== undefined && (proxy === undefined || proxy.hostKey !== undefined);
    record({ kind: "run", host, ...via(proxy?.host), isHostKeyPinned, what: command, stdin });
    return { exitCode: 0, stdout: "", stderr: "" };
  },
  async copy({ host, proxy, hostKey }, _localPath, remotePath) {
    const isHostKeyPinned = hostKey !== undefined && (proxy === undefined || proxy.hostKey !== undefined);
    record({ kind: "copy", host, ...via(proxy?.host), isHostKeyPinned, what: remotePath });
  },
};

function via(proxyHost: string | undefined): { readonly proxyHost?: string } {
  return proxyHost === undefined ? {} : { proxyHost };
}

await main(createCommandProvider(recordingTransport), process.argv.slice(2));
