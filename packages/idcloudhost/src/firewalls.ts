import type { Clock } from "@autoscaler/service-kit/clock.ts";
import { type Api, ignoreBody } from "./api.ts";
import { firewallRuleProblems, refuse, uuidProblem } from "./check-input.ts";
import type { Cloud } from "./cloud.ts";
import { rowsOf } from "./decode.ts";
import { CloudError, isNotFound, isUnknownOutcome } from "./errors.ts";
import { decodeFirewall, encodeFirewallRule, sameRules } from "./firewall-rules.ts";
import { type Looking, lookUntilSeen } from "./poll.ts";
import type { Firewall, FirewallInput } from "./types.ts";

type FirewallFunctions = Pick<
  Cloud,
  | "listFirewalls"
  | "createFirewall"
  | "replaceFirewall"
  | "deleteFirewall"
  | "assignFirewall"
  | "unassignFirewall"
>;

/** Firewalls: JSON bodies, read through the list only, the VM of an assignment in the query. */
export function createFirewallFunctions(options: {
  readonly api: Api;
  readonly clock: Clock;
  readonly billingAccountId: number | undefined;
  readonly lookUp: Looking;
}): FirewallFunctions {
  const { api, clock, billingAccountId, lookUp } = options;
  const all = api.scoped("network/firewalls");
  const item = (uuid: string) => `${all}/${encodeURIComponent(uuid)}`;

  const list = () => api.read(all, (body) => rowsOf(body, "the list of firewalls", decodeFirewall));

  const find = async (uuid: string) => (await list()).find((firewall) => firewall.uuid === uuid);

  async function findByName(name: string): Promise<Firewall | undefined> {
    const found = (await list()).filter((firewall) => firewall.name === name);
    if (found.length <= 1) return found[0];
    throw new CloudError(`${found.length} firewalls have the name ${name}, which must be unique`, {
      request: "find firewall by name",
      code: "CLOUD_AMBIGUOUS",
      outcome: "rejected",
    });
  }

  /** Sends a change; after a lost answer the list decides whether it took effect. */
  async function changeAndLook(
    send: () => Promise<void>,
    done: (firewalls: readonly Firewall[]) => boolean,
  ): Promise<void> {
    try {
      await send();
    } catch (error) {
      if (!isUnknownOutcome(error)) throw error;
      const seen = await lookUntilSeen(clock, lookUp, async () => (done(await list()) ? true : undefined));
      if (seen === undefined) throw error;
    }
  }

  const isBehind = (uuid: string, vmUuid: string) => (firewalls: readonly Firewall[]) =>
    firewalls.some((firewall) => firewall.uuid === uuid && firewall.vmUuids.includes(vmUuid));

  return {
    listFirewalls: list,

    async createFirewall(input) {
      refuse("create firewall", inputProblems(input));
      const existing = await findByName(input.name);
      if (existing !== undefined) return existing;
      const json = {
        ...bodyOf(input),
        ...(billingAccountId === undefined ? {} : { billing_account_id: billingAccountId }),
      };
      try {
        return await api.change({ method: "POST", path: all, json }, decodeFirewall);
      } catch (error) {
        if (!isUnknownOutcome(error)) throw error;
        const adopted = await lookUntilSeen(clock, lookUp, () => findByName(input.name));
        if (adopted === undefined) throw error;
        return adopted;
      }
    },

    async replaceFirewall(uuid, input) {
      refuse("replace firewall", [uuidProblem(uuid, "firewall"), ...inputProblems(input)]);
      await changeAndLook(
        () => api.change({ method: "PUT", path: item(uuid), json: bodyOf(input) }, ignoreBody),
        (firewalls) =>
          firewalls.some((firewall) => firewall.uuid === uuid && sameRules(firewall.rules, input.rules)),
      );
    },

    async deleteFirewall(uuid) {
      refuse("delete firewall", [uuidProblem(uuid, "firewall")]);
      try {
        await api.change({ method: "DELETE", path: item(uuid) }, ignoreBody);
      } catch (error) {
        if (isNotFound(error)) return;
        if (!isUnknownOutcome(error) || (await find(uuid)) !== undefined) throw error;
      }
    },

    async assignFirewall(uuid, vmUuid) {
      refuse("assign firewall", [uuidProblem(uuid, "firewall"), uuidProblem(vmUuid, "VM")]);
      await changeAndLook(
        () =>
          api.change({ method: "POST", path: `${item(uuid)}/vms`, query: { vm_uuid: vmUuid } }, ignoreBody),
        isBehind(uuid, vmUuid),
      );
    },

    async unassignFirewall(uuid, vmUuid) {
      refuse("unassign firewall", [uuidProblem(uuid, "firewall"), uuidProblem(vmUuid, "VM")]);
      const change = { method: "DELETE", path: `${item(uuid)}/vms`, query: { vm_uuid: vmUuid } } as const;
      try {
        await changeAndLook(
          () => api.change(change, ignoreBody),
          (firewalls) => !isBehind(uuid, vmUuid)(firewalls),
        );
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },
  };
}

function inputProblems({ name, rules }: FirewallInput) {
  return [
    name.trim() === "" && ("the firewall needs a name, to be found again" as const),
    ...firewallRuleProblems(rules),
  ];
}

function bodyOf({ name, rules }: FirewallInput) {
  return { display_name: name, rules: rules.map(encodeFirewallRule) };
}
