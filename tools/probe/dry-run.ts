import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import { createLocalCloud, createNoneDriver, fastSettings } from "@autoscaler/local-cloud";
import { createLogger, systemClock } from "@autoscaler/service-kit";

export interface DryCloud {
  readonly apiUrl: string;
  readonly apiKey: string;
  close(): Promise<void>;
}

/** A local cloud without machines, in this process, instead of an account. */
export async function startDryCloud(): Promise<DryCloud> {
  const apiKey = randomBytes(24).toString("base64url");
  const cloud = createLocalCloud({
    driver: createNoneDriver(),
    clock: systemClock,
    settings: fastSettings,
    accounts: [{ apiKey, billingAccountId: 1_200_000_001 }],
    log: createLogger({ service: "local-cloud", level: "silent" }),
  });
  await cloud.app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = cloud.app.server.address() as AddressInfo;
  return { apiUrl: `http://127.0.0.1:${port}`, apiKey, close: () => cloud.close() };
}
