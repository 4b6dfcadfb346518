import type { ProbePort } from "../loop/ports.ts";

/** Any 2xx within the deadline is healthy; a redirect is not. */
export function createProbePort(options: {
  readonly port: number;
  readonly path: string;
  readonly timeoutMs?: number;
}): ProbePort {
  const { port, path, timeoutMs = 1_000 } = options;
  return {
    async isHealthy(privateIpv4) {
      try {
        const response = await fetch(`http://${privateIpv4}:${port}${path}`, {
          redirect: "manual",
          headers: { connection: "close" },
          signal: AbortSignal.timeout(timeoutMs),
        });
        await response.body?.cancel();
        return response.ok;
      } catch {
        return false;
      }
    },
  };
}
