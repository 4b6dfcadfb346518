import type { Clock } from "@autoscaler/service-kit/clock.ts";
import { omitUndefined } from "@autoscaler/service-kit/omit-undefined.ts";
import { type Api, ignoreBody } from "./api.ts";
import { refuse, uuidProblem } from "./check-input.ts";
import type { Cloud } from "./cloud.ts";
import { type Fields, fieldsOf, flag, requiredText, rowsOf, text, texts } from "./decode.ts";
import { isNotFound, isUnknownOutcome } from "./errors.ts";
import { createLookUps, onlyOne } from "./lost-answers.ts";
import type { Looking } from "./poll.ts";
import type { Network } from "./types.ts";

/** The name the platform itself gives to a default network that it has to make. */
const PLATFORM_DEFAULT_NAME = "Default network";

export function createNetworkFunctions(options: {
  readonly api: Api;
  readonly clock: Clock;
  readonly lookUp: Looking;
}) {
  const { api, clock, lookUp } = options;
  const { makeOrAdopt, sendAndRead } = createLookUps(clock, lookUp);
  const item = (uuid: string) => `${api.scoped("network/network")}/${encodeURIComponent(uuid)}`;

  const list = () =>
    api.read(api.scoped("network/networks"), (body) => rowsOf(body, "the list of networks", decodeNetwork));

  async function get(uuid: string): Promise<Network> {
    refuse("get network", [uuidProblem(uuid, "network")]);
    return api.read(item(uuid), decodeNetwork);
  }

  async function create(name: string): Promise<Network> {
    refuse("create network", [name.trim() === "" && "the network needs a name"]);
    const change = { method: "POST", path: api.scoped("network/network"), query: { name } } as const;
    return makeOrAdopt(
      async () =>
        onlyOne(
          (await list()).filter((network) => network.name === name),
          "networks",
          name,
        ),
      () => api.change(change, decodeNetwork),
    );
  }

  async function setDefault(uuid: string): Promise<Network> {
    refuse("set default network", [uuidProblem(uuid, "network")]);
    return sendAndRead(
      () => api.change({ method: "PUT", path: `${item(uuid)}/default` }, ignoreBody),
      () => get(uuid),
      ({ isDefault }) => isDefault,
    );
  }

  async function handOverDefaultRole(uuid: string): Promise<void> {
    const others = (await list()).filter((network) => network.uuid !== uuid);
    const heir =
      others.find(({ name }) => name === PLATFORM_DEFAULT_NAME) ??
      others[0] ??
      (await create(PLATFORM_DEFAULT_NAME));
    await setDefault(heir.uuid);
  }

  return {
    listNetworks: list,
    getNetwork: get,
    createNetwork: create,
    setDefaultNetwork: setDefault,

    async renameNetwork(uuid, name) {
      refuse("rename network", [
        uuidProblem(uuid, "network"),
        name.trim() === "" && "the network needs a name",
      ]);
      return sendAndRead(
        () => api.change({ method: "PATCH", path: item(uuid), json: { name } }, ignoreBody),
        () => get(uuid),
        (network) => network.name === name,
      );
    },

    async deleteNetwork(uuid) {
      try {
        const network = await get(uuid);
        if (network.isDefault) await handOverDefaultRole(uuid);
        await api.change({ method: "DELETE", path: item(uuid) }, ignoreBody);
      } catch (error) {
        if (isNotFound(error)) return;
        if (!isUnknownOutcome(error) || (await list()).some((network) => network.uuid === uuid)) throw error;
      }
    },

    async networkOfVm(vmUuid) {
      return (await list()).find(({ vmUuids }) => vmUuids.includes(vmUuid));
    },
  } satisfies Partial<Cloud>;
}

function decodeNetwork(body: unknown): Network {
  const network: Fields = fieldsOf(body, "the network");
  return omitUndefined<Network>({
    uuid: requiredText(network, "uuid"),
    name: text(network, "name") ?? "",
    isDefault: flag(network, "is_default"),
    subnet: text(network, "subnet"),
    vmUuids: texts(network, "vm_uuids"),
  });
}
