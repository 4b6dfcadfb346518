import { cloudOf, connect, type Located } from "./connection.ts";
import { checked, compared, isText, type Provider } from "./provider-results.ts";

export interface ReleasedPublicIpInputs extends Located {
  readonly vmUuid: string;
  /** Whether the VM keeps it, billed; absent, as in a state of version 0.1.0: no. */
  readonly isKept: boolean;
}

/** The address may be listed later than the VM; after a set-up over SSH it is listed. */
const LISTING_PATIENCE_MS = 30_000;

export const provider: Provider<ReleasedPublicIpInputs, ReleasedPublicIpInputs> = {
  configure: connect,

  async check(olds, news) {
    const { inputs, failures } = checked(news, { vmUuid: isText });
    const isReleased = olds.isKept !== true && olds.vmUuid === news.vmUuid;
    if (news.isKept !== true || !isReleased) return { inputs, failures };
    const reason =
      "the seed's public address was released after its set-up, and it cannot come back: set seed.keepPublicIp back to false, or give the seed another VM with it (another machines.seed.diskGb makes one)";
    return { inputs, failures: [...failures, { property: "isKept", reason }] };
  },

  async diff(_id, olds, news) {
    return compared(olds, news, { replacing: ["vmUuid"], updating: ["location", "isKept"] });
  },

  /** Releases the address that came with the VM, which needed the internet only for its set-up. */
  async create(inputs) {
    if (!inputs.isKept) await release(inputs);
    return { id: `public-ip-of-${inputs.vmUuid}`, outs: inputs };
  },

  /** A released address cannot come back: there is nothing to read from the cloud. */
  async read(id, props) {
    return { id, props };
  },

  async update(_id, olds, news) {
    if (olds.isKept === true && !news.isKept) await release(news);
    return { outs: news };
  },

  delete: async () => undefined,
};

async function release({ vmUuid, ...where }: ReleasedPublicIpInputs): Promise<void> {
  await cloudOf(where).releaseAutomaticIpsOfVm(vmUuid, { waitForOneMs: LISTING_PATIENCE_MS });
}
