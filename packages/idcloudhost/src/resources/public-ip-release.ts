import { connect, connectedCloud } from "./connection.ts";
import { checked, compared, isText, type Provider } from "./provider-results.ts";

export interface ReleasedPublicIpInputs {
  readonly vmUuid: string;
}

/** The address may be listed later than the VM; after a set-up over SSH it is listed. */
const LISTING_PATIENCE_MS = 30_000;

export const provider: Provider<ReleasedPublicIpInputs, ReleasedPublicIpInputs> = {
  configure: connect,

  async check(_olds, news) {
    return checked(news, { vmUuid: isText });
  },

  async diff(_id, olds, news) {
    return compared(olds, news, { replacing: ["vmUuid"], updating: [] });
  },

  /** Releases the address that came with the VM, which needed the internet only for its set-up. */
  async create(inputs) {
    await connectedCloud().releaseAutomaticIpsOfVm(inputs.vmUuid, { waitForOneMs: LISTING_PATIENCE_MS });
    return { id: `public-ip-of-${inputs.vmUuid}`, outs: inputs };
  },

  /** A released address cannot come back: there is nothing to read from the cloud. */
  async read(id, props) {
    return { id, props };
  },

  update: async (_id, _olds, news) => ({ outs: news }),
  delete: async () => undefined,
};
