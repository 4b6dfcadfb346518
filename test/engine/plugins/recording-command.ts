import { appendFileSync } from "node:fs";
import { createCommandProvider } from "@autoscaler/local-cloud/plugins/command-provider.ts";
import type { RemoteTransport } from "@autoscaler/local-cloud/plugins/remote-transport.ts";
import { main } from "@pulumi/pulumi/provider/index.js";

/** One line of the recording: a call that would have gone to a machine. */
export interface RecordedCall {
  readonly kind: "run" | "copy";
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

const recordingTransport: RemoteTransport = {
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
