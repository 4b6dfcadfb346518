import {
  type ContactPoint,
  canonical,
  type GrafanaObjects,
  type Json,
  type JsonObject,
  type Rule,
} from "@autoscaler/grafana/objects.ts";
import { durationText } from "../model/alert-rule.ts";
import { resolveSecrets } from "./secrets.ts";

/** Where Grafana's unit finds its credentials (`LoadCredential`, for a unit named grafana.service). */
export const GRAFANA_CREDENTIALS = "/run/credentials/grafana.service";

/** `$` starts a variable in provisioning files, so a literal one is doubled. HTTP bodies are never expanded. */
export function escapeDollar(text: string): string {
  return text.replaceAll("$", () => "$$");
}

const ofSecretFile = (name: string) => `$__file{${GRAFANA_CREDENTIALS}/${name}}`;
const inFile = (value: Json): Json => resolveSecrets(value, ofSecretFile, escapeDollar);

/**
 * The alerting part as a provisioning file. The file's spelling is not that of the HTTP API, and a key in
 * the wrong spelling is dropped in silence (conf/provisioning/alerting; `rules_types.go` in grafana/grafana).
 */
export function alertingFile({ folder, contactPoints, ruleGroup }: GrafanaObjects): JsonObject {
  return canonical({
    apiVersion: 1,
    contactPoints: byName(contactPoints).map(([name, receivers]) => ({
      orgId: 1,
      name: escapeDollar(name),
      receivers: receivers.map(({ uid, type, settings, disableResolveMessage }) => ({
        uid,
        type,
        settings: inFile(settings),
        disableResolveMessage,
      })),
    })),
    groups: [
      {
        orgId: 1,
        name: escapeDollar(ruleGroup.title),
        folder: escapeDollar(folder.title),
        interval: durationText(ruleGroup.interval),
        rules: ruleGroup.rules.map(ruleInFile),
      },
    ],
  }) as JsonObject;
}

function byName(points: readonly ContactPoint[]): readonly (readonly [string, readonly ContactPoint[]])[] {
  const names = [...new Set(points.map(({ name }) => name))];
  return names.map((name) => [name, points.filter((point) => point.name === name)] as const);
}

/** The models are not expanded, annotations only in the braced form, which ours never have. */
function ruleInFile(rule: Rule): JsonObject {
  const {
    folderUID,
    ruleGroup,
    orgID,
    data,
    annotations,
    keep_firing_for,
    missingSeriesEvalsToResolve,
    ...rest
  } = rule;
  return {
    ...(inFile(rest) as JsonObject),
    data,
    annotations,
    keepFiringFor: keep_firing_for ?? "0s",
    missing_series_evals_to_resolve: missingSeriesEvalsToResolve ?? 2,
  };
}

/** The data source as a provisioning file. */
export function dataSourceFile({ dataSource }: GrafanaObjects): JsonObject {
  return canonical({
    apiVersion: 1,
    datasources: [{ orgId: 1, editable: false, ...(inFile(dataSource) as JsonObject) }],
  }) as JsonObject;
}

/** Tells Grafana to read dashboards from a folder. Only the title: a uid too would make a second folder of that name. */
export function dashboardProviderFile({ folder }: GrafanaObjects, path: string): JsonObject {
  return canonical({
    apiVersion: 1,
    providers: [
      {
        name: escapeDollar(folder.title),
        orgId: 1,
        folder: escapeDollar(folder.title),
        type: "file",
        disableDeletion: false,
        allowUiUpdates: false,
        updateIntervalSeconds: 10,
        options: { path, foldersFromFilesStructure: false },
      },
    ],
  }) as JsonObject;
}
