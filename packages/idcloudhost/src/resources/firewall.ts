import { omitUndefined } from "@autoscaler/service-kit/omit-undefined.ts";
import { sameRules } from "../firewall-rules.ts";
import type { Firewall, FirewallRule } from "../types.ts";
import { cloudOf, connect, type Located } from "./connection.ts";
import { checked, isKnown, isText, PartialFailure, type Provider } from "./provider-results.ts";
import { withoutTwins } from "./twins.ts";

export interface FirewallInputs extends Located {
  /** Unique in the account: a firewall that has it already is taken over. */
  readonly name: string;
  readonly rules: readonly FirewallRule[];
  readonly vmUuids: readonly string[];
}

export type FirewallOutputs = FirewallInputs;

export const provider: Provider<FirewallInputs, FirewallOutputs> = {
  configure: connect,

  async check(_olds, news) {
    return checked(news, { name: isText, rules: isFilledList, vmUuids: isList });
  },

  /** The cloud keeps the order of neither rules nor VMs. What is not known yet counts as different. */
  async diff(_uuid, olds, news) {
    const changes =
      !isKnown(news) ||
      olds.location !== news.location ||
      olds.name !== news.name ||
      !sameRules(olds.rules, news.rules) ||
      !sameVms(olds.vmUuids, news.vmUuids);
    return { changes, replaces: [], deleteBeforeReplace: true };
  },

  async create(inputs) {
    const { name, rules } = inputs;
    await theOne(inputs);
    let firewall = await cloudOf(inputs).createFirewall({ name, rules });
    try {
      firewall = (await theOne(inputs, firewall)) ?? firewall;
      if (!sameRules(firewall.rules, rules))
        await cloudOf(inputs).replaceFirewall(firewall.uuid, { name, rules });
      await placeVms(firewall, inputs.vmUuids, inputs);
    } catch (error) {
      throw new PartialFailure(firewall.uuid, { ...inputs }, error);
    }
    return { id: firewall.uuid, outs: omitUndefined({ ...inputs }) };
  },

  async read(uuid, props) {
    const firewall = await find(uuid, props);
    if (firewall === undefined) return {};
    const { name, rules, vmUuids } = firewall;
    const same = {
      rules: sameRules(rules, props.rules) ? props.rules : rules,
      vmUuids: sameVms(vmUuids, props.vmUuids) ? props.vmUuids : vmUuids,
    };
    return { id: uuid, props: { ...props, name, ...same } };
  },

  /** Also finishes what a create left half-done, so it looks at the firewall, not at the state. */
  async update(uuid, _olds, news) {
    const firewall = await find(uuid, news);
    if (firewall === undefined)
      throw new Error(`the firewall ${news.name} is gone: run \`pulumi refresh\`, then up`);
    const { name, rules } = news;
    if (firewall.name !== name || !sameRules(firewall.rules, rules))
      await cloudOf(news).replaceFirewall(uuid, { name, rules });
    await placeVms(firewall, news.vmUuids, news);
    return { outs: omitUndefined({ ...news }) };
  },

  /** Takes its VMs out first: whether a firewall in use can be deleted is not known. */
  async delete(uuid, props) {
    const firewalls = await cloudOf(props).listFirewalls();
    for (const firewall of firewalls)
      if (firewall.uuid === uuid || firewall.name === props.name) await remove(firewall, props);
  },
};

async function remove(firewall: Firewall, where: Located): Promise<void> {
  await placeVms(firewall, [], where);
  await cloudOf(where).deleteFirewall(firewall.uuid);
}

/** The one of the name that protects most VMs; the others are removed. */
async function theOne(inputs: FirewallInputs, made?: Firewall): Promise<Firewall | undefined> {
  const named = (await cloudOf(inputs).listFirewalls()).filter(({ name }) => name === inputs.name);
  return withoutTwins(named, made, {
    order: (a, b) => b.vmUuids.length - a.vmUuids.length,
    remove: (twin) => remove(twin, inputs),
  });
}

async function find(uuid: string, where: Located) {
  return (await cloudOf(where).listFirewalls()).find((firewall) => firewall.uuid === uuid);
}

/** New VMs first: no VM that belongs behind it is unprotected at any time. */
async function placeVms(
  { uuid, vmUuids: present }: Firewall,
  wanted: readonly string[],
  where: Located,
): Promise<void> {
  const cloud = cloudOf(where);
  for (const vmUuid of wanted.filter((each) => !present.includes(each)))
    await cloud.assignFirewall(uuid, vmUuid);
  for (const vmUuid of present.filter((each) => !wanted.includes(each)))
    await cloud.unassignFirewall(uuid, vmUuid);
}

function sameVms(some: readonly string[], others: readonly string[]): boolean {
  return JSON.stringify(some.toSorted()) === JSON.stringify(others.toSorted());
}

function isList(value: unknown): string | false {
  return Array.isArray(value) ? false : "must be a list";
}

function isFilledList(value: unknown): string | false {
  return Array.isArray(value) && value.length > 0 ? false : "must be a list with at least one rule";
}
