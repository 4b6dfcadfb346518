import { applyObjects, FOLDER_GONE, readDifference, removeObjects } from "./apply-objects.ts";
import { createAsk } from "./client.ts";
import type { GrafanaObjects } from "./objects.ts";

/** All as text, so that one secret mark covers the tokens inside. */
export interface GrafanaObjectsInputs {
  readonly url: string;
  readonly token: string;
  /** JSON of `GrafanaObjects`, canonical. */
  readonly objects: string;
}

export interface GrafanaObjectsOutputs extends GrafanaObjectsInputs {
  /** What a refresh found to be different in Grafana; empty: nothing. */
  readonly drift: string;
}

interface CheckResult {
  readonly inputs: GrafanaObjectsInputs;
  readonly failures: { readonly property: string; readonly reason: string }[];
}

async function create(inputs: GrafanaObjectsInputs) {
  const objects = parse(inputs.objects);
  await applyObjects(createAsk(inputs), objects);
  return { id: objects.folder.uid, outs: { ...inputs, drift: "" } };
}

/** What was changed by hand is put back by the next `up`. */
async function read(
  id: string,
  props?: GrafanaObjectsOutputs,
): Promise<{ readonly id?: string; readonly props?: GrafanaObjectsOutputs }> {
  if (props === undefined) return {};
  const difference = await readDifference(createAsk(props), parse(props.objects));
  if (difference === FOLDER_GONE) return {};
  return { id, props: { ...props, drift: difference ?? "" } };
}

async function update(_id: string, olds: GrafanaObjectsOutputs, news: GrafanaObjectsInputs) {
  await applyObjects(createAsk(news), parse(news.objects), parse(olds.objects));
  return { outs: { ...news, drift: "" } };
}

async function remove(_id: string, props: GrafanaObjectsOutputs): Promise<void> {
  await removeObjects(createAsk(props), parse(props.objects));
}

function parse(text: string): GrafanaObjects {
  return JSON.parse(text) as GrafanaObjects;
}

/** In the shape of Pulumi's dynamic providers; this package needs no Pulumi. */
export const provider = {
  configure: async () => undefined,
  check: async (_olds: GrafanaObjectsInputs, news: GrafanaObjectsInputs): Promise<CheckResult> => ({
    inputs: news,
    failures: [],
  }),
  diff: async (_id: string, olds: GrafanaObjectsOutputs, news: GrafanaObjectsInputs) => ({
    changes:
      olds.drift !== "" ||
      olds.url !== news.url ||
      olds.token !== news.token ||
      olds.objects !== news.objects,
    replaces: olds.url === news.url ? [] : ["url"],
    deleteBeforeReplace: false,
  }),
  create,
  read,
  update,
  delete: remove,
};
