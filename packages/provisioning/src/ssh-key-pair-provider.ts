import { generateSshKeyPair, type SshKeyPair } from "./ssh-key-pair.ts";

export interface SshKeyPairInputs {
  readonly comment: string;
}

export type SshKeyPairOutputs = SshKeyPairInputs & SshKeyPair;

/** What Pulumi's dynamic provider of key pairs does; the pair lives in the state only. */
export const provider = {
  async configure(): Promise<void> {},
  async check(_olds: SshKeyPairInputs, news: SshKeyPairInputs) {
    return { inputs: news, failures: [] };
  },
  async diff(_id: string, olds: SshKeyPairOutputs, news: SshKeyPairInputs) {
    const changes = olds.comment !== news.comment;
    return { changes, replaces: changes ? ["comment"] : [], deleteBeforeReplace: true };
  },
  async create(inputs: SshKeyPairInputs) {
    return { id: inputs.comment, outs: { ...inputs, ...generateSshKeyPair(inputs.comment) } };
  },
  async read(id: string, props: SshKeyPairOutputs) {
    return { id, props };
  },
  async update(_id: string, olds: SshKeyPairOutputs, news: SshKeyPairInputs) {
    return { outs: { ...olds, ...news } };
  },
  async delete(): Promise<void> {},
};
