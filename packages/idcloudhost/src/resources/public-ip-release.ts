import { connect, connectedCloud } from "./connection.ts";
import {
  type CheckResult,
  type CreateResult,
  checked,
  compared,
  type DiffResult,
  isText,
  type Provider,
  type ReadResult,
} from "./provider-results.ts";

export interface ReleasedPublicIpInputs {
  readonly vmUuid: string;
}

export function check(news: ReleasedPublicIpInputs): CheckResult<ReleasedPublicIpInputs> {
  return checked(news, { vmUuid: isText });
}

export function diff(olds: ReleasedPublicIpInputs, news: ReleasedPublicIpInputs): DiffResult {
  return compared(olds, news, { replacing: ["vmUuid"], updating: [] });
}

/** The address may be listed later than the VM; after a set-up over SSH it is listed. */
const LISTING_PATIENCE_MS = 30_000;

/** Releases the address that came with the VM, which needed the internet only for its set-up. */
export async function create(inputs: ReleasedPublicIpInputs): Promise<CreateResult<ReleasedPublicIpInputs>> {
  await connectedCloud().releaseAutomaticIpsOfVm(inputs.vmUuid, { waitForOneMs: LISTING_PATIENCE_MS });
  return { id: `public-ip-of-${inputs.vmUuid}`, outs: inputs };
}

/** A released address cannot come back: there is nothing to read from the cloud. */
export async function read(
  id: string,
  props: ReleasedPublicIpInputs,
): Promise<ReadResult<ReleasedPublicIpInputs>> {
  return { id, props };
}

/** With the argument order of Pulumi's provider interface; `delete` is a no-op. */
export const provider: Provider<ReleasedPublicIpInputs, ReleasedPublicIpInputs> = {
  configure: connect,
  check: async (_olds, news) => check(news),
  diff: async (_id, olds, news) => diff(olds, news),
  create,
  read,
  update: async (_id, _olds, news) => ({ outs: news }),
  delete: async () => undefined,
};
