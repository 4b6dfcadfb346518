import type { Clock } from "@autoscaler/service-kit/clock.ts";
import { type Api, ignoreBody } from "./api.ts";
import { firewallRuleProblems, refuse, uuidProblem } from "./check-input.ts";
import type { Cloud } from "./cloud.ts";
import { rowsOf } from "./decode.ts";
import { isNotFound, isUnknownOutcome } from "./errors.ts";
import { decodeFirewall, encodeFirewallRule, sameRules } from "./firewall-rules.ts";
import { createLookUps, onlyOne } from "./lost-answers.ts";
import type { Looking } from "./poll.ts";
import type { Firewall, FirewallInput } from "./types.ts";

/** Firewalls: JSON bodies, read through the list only, the VM of an assignment in the query. */
export function createFirewallFunctions(options: {
  readonly api: Api;
  readonly clock: Clock;
  readonly billingAccountId: number | undefined;
  readonly lookUp: Looking;
}) {
  const { api, clock, billingAccountId, lookUp } = options;
  const { makeOrAdopt, sendAndRead } = createLookUps(clock, lookUp);
  const all = api.scoped("network/firewalls");
  const item = (uuid: string) => `${all}/${encodeURIComponent(uuid)}`;

  const list = () => api.read(all, (body) => rowsOf(body, "the list of firewalls", decodeFirewall));

  const find = async (uuid: string) => (await list()).find((firewall) => firewall.uuid === uuid);

  const isBehind = (uuid: string, vmUuid: string) => (firewalls: readonly Firewall[]) =>
    firewalls.some((firewall) => firewall.uuid === uuid && firewall.vmUuids.includes(vmUuid));

  return {
    listFirewalls: list,

    async createFirewall(input) {
      refuse("create firewall", inputProblems(input));
      const json = {
        ...bodyOf(input),
        ...(billingAccountId === undefined ? {} : { billing_account_id: billingAccountId }),
      };
      return makeOrAdopt(
        async () =>
          onlyOne(
            (await list()).filter(({ name }) => name === input.name),
            "firewalls",
            input.name,
          ),
        () => api.change({ method: "POST", path: all, json }, decodeFirewall),
      );
    },

    async replaceFirewall(uuid, input) {
      refuse("replace firewall", [uuidProblem(uuid, "firewall"), ...inputProblems(input)]);
      await sendAndRead(
        () => api.change({ method: "PUT", path: item(uuid), json: bodyOf(input) }, ignoreBody),
        list,
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
      await sendAndRead(
        () =>
          api.change({ method: "POST", path: `${item(uuid)}/vms`, query: { vm_uuid: vmUuid } }, ignoreBody),
        list,
        isBehind(uuid, vmUuid),
      );
    },

    async unassignFirewall(uuid, vmUuid) {
      refuse("unassign firewall", [uuidProblem(uuid, "firewall"), uuidProblem(vmUuid, "VM")]);
      const change = { method: "DELETE", path: `${item(uuid)}/vms`, query: { vm_uuid: vmUuid } } as const;
      try {
        await sendAndRead(
          () => api.change(change, ignoreBody),
          list,
          (firewalls) => !isBehind(uuid, vmUuid)(firewalls),
        );
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },
  } satisfies Partial<Cloud>;
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
