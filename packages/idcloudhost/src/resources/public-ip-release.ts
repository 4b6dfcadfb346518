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

export interface PublicIpReleaseInputs {
  readonly vmUuid: string;
}

export function check(news: PublicIpReleaseInputs): CheckResult<PublicIpReleaseInputs> {
  return checked(news, { vmUuid: isText });
}

export function diff(olds: PublicIpReleaseInputs, news: PublicIpReleaseInputs): DiffResult {
  return compared(olds, news, { replacing: ["vmUuid"], updating: [] });
}

/** The address may be listed later than the VM; after a set-up over SSH it is long there. */
const LISTING_PATIENCE_MS = 30_000;

/** Releases the address that came with the VM, which needed the internet only for its set-up. */
export async function create(inputs: PublicIpReleaseInputs): Promise<CreateResult<PublicIpReleaseInputs>> {
  await connectedCloud().releaseAutomaticIpsOfVm(inputs.vmUuid, { waitForOneMs: LISTING_PATIENCE_MS });
  return { id: `public-ip-of-${inputs.vmUuid}`, outs: inputs };
}

/** A release is a deed, not a thing: it stays done. */
export async function read(
  id: string,
  props: PublicIpReleaseInputs,
): Promise<ReadResult<PublicIpReleaseInputs>> {
  return { id, props };
}

/** In the order of arguments that Pulumi has. */
export const provider: Provider<PublicIpReleaseInputs, PublicIpReleaseInputs> = {
  configure: connect,
  check: async (_olds, news) => check(news),
  diff: async (_id, olds, news) => diff(olds, news),
  create,
  read,
  update: async (_id, _olds, news) => ({ outs: news }),
  delete: async () => undefined,
};
