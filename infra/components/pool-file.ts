import { createHash } from "node:crypto";
import type { ArtifactInstall, Release } from "@autoscaler/provisioning";
import type { StackConfig } from "../config.ts";

export interface PoolFacts {
  readonly namePrefix: string;
  readonly seed: {
    readonly name: string;
    readonly vmUuid: string;
    readonly privateIpv4: string;
    /** Of what a clone copies: clones of another one are the first to leave. */
    readonly release: string;
  };
  readonly protectedVmUuids: readonly string[];
}

/** Another one whenever something changes that a clone copies from the seed, or has as the seed has it. */
export function releaseOfSeed(
  { service, machines, os }: StackConfig,
  { sha256 }: Release,
  artifacts: readonly ArtifactInstall[],
): string {
  const { command, port, healthPath, environment } = service;
  const copied = [sha256, command, port, healthPath, environment, machines.seed, os, artifacts];
  return createHash("sha256").update(JSON.stringify(copied)).digest("hex").slice(0, 12);
}

/** Content of the scaler's POOL_FILE. */
export function poolFile({ pool, service }: StackConfig, facts: PoolFacts) {
  return {
    pool: pool.name,
    ...facts,
    servicePort: service.port,
    keepPublicIp: pool.keepPublicIp,
    policy: pool.policy,
  };
}
