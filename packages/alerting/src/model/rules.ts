import type { AlertRule } from "./alert-rule.ts";
import { operatorRules } from "./operator-rules.ts";
import { scalingRules } from "./scaling-rules.ts";
import type { AlertingSettings } from "./settings.ts";

/** All alerts of a pool, in the order in which they are shown everywhere. */
export function alertRules(settings: AlertingSettings): readonly AlertRule[] {
  return [...scalingRules(settings), ...operatorRules(settings)];
}
