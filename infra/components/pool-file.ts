import type { StackConfig } from "../config.ts";

export interface PoolFacts {
  readonly namePrefix: string;
  readonly seed: {
    readonly name: string;
    readonly vmUuid: string;
    readonly privateIpv4: string;
    /** What the seed serves: clones of another release are the first to leave. */
    readonly release: string;
  };
  readonly protectedVmUuids: readonly string[];
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
