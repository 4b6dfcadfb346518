import { applyObjects, FOLDER_GONE, readDifference, removeObjects } from "./apply-objects.ts";
import { type Ask, createAsk } from "./client.ts";
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
  await applyObjects(askOf(inputs), objects);
  return { id: objects.folder.uid, outs: { ...inputs, drift: "" } };
}

/** What was changed by hand is put back by the next `up`. */
async function read(
  id: string,
  props: GrafanaObjectsOutputs,
): Promise<{ readonly id?: string; readonly props?: GrafanaObjectsOutputs }> {
  const difference = await readDifference(askOf(props), parse(props.objects));
  if (difference === FOLDER_GONE) return {};
  return { id, props: { ...props, drift: difference ?? "" } };
}

async function update(_id: string, olds: GrafanaObjectsOutputs, news: GrafanaObjectsInputs) {
  const [before, objects] = [parse(olds.objects), parse(news.objects)];
  await applyObjects(askOf(news), objects);
  // Another stack or pool name gives other uids: nothing of the former ones is found by its prefix any more.
  if (before.folder.uid !== objects.folder.uid) await removeObjects(askOf(news), before);
  return { outs: { ...news, drift: "" } };
}

async function remove(_id: string, props: GrafanaObjectsOutputs): Promise<void> {
  await removeObjects(askOf(props), parse(props.objects));
}

function askOf({ url, token }: GrafanaObjectsInputs): Ask {
  return createAsk({ url, login: { kind: "token", token } });
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
