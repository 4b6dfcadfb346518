import { createHash } from "node:crypto";
import type { AlertingSettings } from "./settings.ts";

/** Names and uids of everything that we own in Grafana. They depend on stack and pool alone, so an update finds them again. */
export interface Identity {
  readonly folderTitle: string;
  readonly folderUid: string;
  readonly groupName: string;
  readonly dataSourceUid: string;
  readonly dataSourceName: string;
  readonly scalerReceiver: string;
  readonly operatorReceiver: string;
  uid(slug: string): string;
}

/** Grafana takes up to 40 characters of a uid. */
export const UID_LIMIT = 40;

export function identityOf({ stack, pool }: Pick<AlertingSettings, "stack" | "pool">): Identity {
  const mark = createHash("sha256").update(`${stack}/${pool}`).digest("hex").slice(0, 8);
  const uid = (slug: string) => `as-${mark}-${slug}`;
  return {
    folderTitle: `Autoscaler ${stack} ${pool}`,
    folderUid: uid("folder"),
    groupName: `autoscaler-${pool}`,
    dataSourceUid: uid("prometheus"),
    dataSourceName: `Prometheus ${stack} ${pool}`,
    scalerReceiver: `autoscaler-${stack}-${pool}-scaler`,
    operatorReceiver: `autoscaler-${stack}-${pool}-operator`,
    uid,
  };
}
