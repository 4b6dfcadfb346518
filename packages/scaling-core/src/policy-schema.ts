import { readPolicy } from "./parse-policy.ts";
import type { FieldShape, Reading } from "./section.ts";

interface ObjectSchema {
  readonly type: "object";
  readonly additionalProperties: false;
  readonly properties: Record<string, unknown>;
}

/**
 * JSON schema of a policy for editors. It is made from what the parser asks for, so that the two cannot
 * differ; what fields mean together (minimum and maximum) only the parser says.
 */
export function policySchema(): Readonly<Record<string, unknown>> {
  const reading: Reading = { problems: [], fields: [] };
  readPolicy({ schedules: [{}] }, reading);
  const root = objectSchema();
  for (const field of reading.fields) place(root, field);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Scaling policy of a pool",
    ...root,
  };
}

function place(root: ObjectSchema, { path, schema, fallback }: FieldShape): void {
  const keys = path.split(".");
  let parent = root;
  for (const key of keys.slice(0, -1)) parent = child(parent, key);
  parent.properties[keys.slice(-1).join()] = {
    ...schema,
    ...(fallback === undefined ? {} : { default: fallback }),
    description: descriptions[path],
  };
}

/** The object that holds the fields below this key; an element's object for a list. */
function child(parent: ObjectSchema, key: string): ObjectSchema {
  const name = key.replace("[]", "");
  const known = parent.properties[name] as { items?: ObjectSchema } & Partial<ObjectSchema>;
  if (name === key) {
    parent.properties[name] ??= objectSchema();
    return parent.properties[name] as ObjectSchema;
  }
  known.items ??= objectSchema();
  return known.items;
}

function objectSchema(): ObjectSchema {
  return { type: "object", additionalProperties: false, properties: {} };
}

const descriptions: Readonly<Record<string, string>> = {
  minSize: "Servers the pool has at least, the seed counted",
  maxSize: "Servers the pool has at most, the seed and those under way counted",
  targetPercent: "CPU at which the pool should run",
  tolerancePercent: "Half-width of the dead band, in percent of the target",
  "scaleUp.stabilizationSeconds": "How long a higher load must have held before the pool grows",
  "scaleUp.maxServers": "At most so many servers more in a period",
  "scaleUp.maxPercent":
    "At most so many percent more in a period; with maxServers the more generous one counts",
  "scaleUp.periodSeconds": "Length of the period of the limits above",
  "scaleDown.stabilizationSeconds": "How long a lower load must have held before the pool shrinks",
  "scaleDown.maxServers": "At most so many servers less in a period",
  "scaleDown.maxPercent":
    "At most so many percent less in a period; with maxServers the more generous one counts",
  "scaleDown.periodSeconds": "Length of the period of the limits above",
  warmUpSeconds: "A new server is left out of the load average this long",
  "provision.giveUpSeconds": "A clone that does not answer its probes by then is removed",
  "provision.probesInARow": "Good probes in a row before a server gets traffic",
  "provision.probePath": "Path that answers 2xx when the service is well",
  "provision.probeIntervalSeconds": "Pause between the probes of a new server",
  "drain.minimumSeconds": "A server that leaves is kept at least this long after the load balancer let it go",
  "drain.deadlineSeconds": "And is removed after this, open connections or not",
  "signals.memoryPercent": "Memory in use at which the pool should run",
  "signals.requestsPerSecond": "Requests per second that one server should get",
  "signals.latencyP95Ms": "95th percentile of the response time that the pool should keep",
  schedules: "Floors and ceilings of the size by the clock",
  "schedules[].name": "For people and logs",
  "schedules[].cron": "When the window opens: minute, hour, day, month, weekday",
  "schedules[].timeZone": "IANA name of the zone that the cron expression is meant in",
  "schedules[].durationMinutes": "How long the window stays open",
  "schedules[].minSize": "Floor while the window is open",
  "schedules[].maxSize": "Ceiling while the window is open",
  "repair.failedProbesInARow": "Failed probes in a row after which a server in service is replaced",
  "repair.graceSeconds": "No failed probe counts for so long after a server came into service",
  createsPerDay: "Clones sent for within 24 hours, replacements included",
  dryRun: "Decide and explain, but neither add nor remove servers",
};
