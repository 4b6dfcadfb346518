import {
  growAbovePercent,
  meanCpuPercent,
  type ScalingPolicy,
  shrinkBelowPercent,
} from "@autoscaler/scaling-core";
import { stringify } from "yaml";

export interface RuleSettings {
  readonly pool: string;
  readonly policy: ScalingPolicy;
  readonly cpuWindowSeconds: number;
}

/**
 * Prometheus rules that wake the scaler when the pool's load leaves the policy's band. They carry no
 * number of servers: the scaler looks for itself.
 */
export function prometheusRules({ pool, policy, cpuWindowSeconds }: RuleSettings): string {
  const load = meanCpuPercent({ pool, windowSeconds: cpuWindowSeconds });
  const members = `count(up{job="service",pool="${pool}"})`;
  return stringify(
    {
      groups: [
        {
          name: `autoscale-${pool}`,
          rules: [
            {
              alert: "PoolLoadHigh",
              expr: `${load} > ${growAbovePercent(policy)}`,
              for: `${policy.scaleUp.stabilizationSeconds}s`,
              labels: { autoscale: "up", pool },
              annotations: { summary: `Pool ${pool} runs at {{ $value | printf "%.0f" }} % CPU` },
            },
            {
              alert: "PoolLoadLow",
              // At the smallest size there is nothing to shrink, so nothing to say.
              expr: `${load} < ${shrinkBelowPercent(policy)} and ${members} > ${policy.minSize}`,
              for: `${policy.scaleDown.stabilizationSeconds}s`,
              labels: { autoscale: "down", pool },
              annotations: { summary: `Pool ${pool} runs at {{ $value | printf "%.0f" }} % CPU` },
            },
          ],
        },
      ],
    },
    { lineWidth: 0 },
  );
}
