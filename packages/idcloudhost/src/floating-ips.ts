import type { Clock } from "@autoscaler/service-kit/clock.ts";
import { type Absence, provenAbsent } from "./absence.ts";
import { addressProblem, refuse, uuidProblem } from "./check-input.ts";
import type { Cloud } from "./cloud.ts";
import { CloudError, type CloudErrorCode, isCloudError, isNotFound, isUnknownOutcome } from "./errors.ts";
import type { IpCalls } from "./ip-calls.ts";
import { createLookUps, onlyOne } from "./lost-answers.ts";
import { type Looking, lookUntilSeen } from "./poll.ts";
import type { FloatingIp } from "./types.ts";

/** How often unassign and delete are sent while each look-up finds the address still ours. */
const RELEASE_TRIES = 3;

/** Temporary refusals. Giving up on them half-way would leave a stray address, without an owner. */
const PASSING: ReadonlySet<CloudErrorCode> = new Set(["CLOUD_LOCKED", "CLOUD_RATE_LIMITED"]);

export function createIpFunctions(options: {
  readonly calls: IpCalls;
  readonly clock: Clock;
  readonly billingAccountId: number | undefined;
  readonly absence: Absence;
  readonly lookUp: Looking;
}) {
  const { calls, clock, billingAccountId, absence, lookUp } = options;
  const { makeOrAdopt } = createLookUps(clock, lookUp);

  async function getUnlessGone(address: string, uuid?: string): Promise<FloatingIp | undefined> {
    try {
      const ip = await calls.get(address);
      return uuid === undefined || ip.uuid === uuid ? ip : undefined;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async function sendAndRead(address: string, send: () => Promise<void>, done: (ip: FloatingIp) => boolean) {
    try {
      await send();
    } catch (error) {
      const now =
        isCloudError(error) && error.outcome !== "not-sent" ? await getUnlessGone(address) : undefined;
      if (now === undefined || !done(now)) throw error;
      return now;
    }
    return calls.get(address);
  }

  async function publicIpsOfVm(vmUuid: string): Promise<readonly FloatingIp[]> {
    refuse("public addresses of VM", [uuidProblem(vmUuid, "VM")]);
    return (await calls.list()).filter(({ assignedTo }) => assignedTo === vmUuid);
  }

  /** True when the call succeeded or there was nothing to do; false when the outcome has to be looked up. */
  async function attempt(send: () => Promise<void>): Promise<boolean> {
    try {
      await send();
      return true;
    } catch (error) {
      if (isNotFound(error)) return true;
      if (isUnknownOutcome(error) || (isCloudError(error) && PASSING.has(error.code))) return false;
      throw error;
    }
  }

  async function release(address: string, uuid: string | undefined): Promise<void> {
    const ours = await getUnlessGone(address, uuid);
    if (ours === undefined) return;
    const isThere = async () => {
      const [rows, ip] = await Promise.all([calls.list(), getUnlessGone(address, ours.uuid)]);
      return ip !== undefined || rows.some((row) => row.uuid === ours.uuid);
    };
    for (let tries = 1; tries <= RELEASE_TRIES; tries += 1) {
      const now = await getUnlessGone(address, ours.uuid);
      if (now?.assignedTo !== undefined) await attempt(() => calls.unassign(address));
      const answered = now === undefined || (await attempt(() => calls.delete(address)));
      if (await provenAbsent(clock, absence, isThere, { stopWhenSeen: !answered })) return;
    }
    throw new CloudError(`${address} is still allocated, and billed, after ${RELEASE_TRIES} releases`, {
      request: "release public address",
      code: "CLOUD_STILL_THERE",
      outcome: "unknown",
    });
  }

  return {
    listFloatingIps: calls.list,

    async createFloatingIp({ name }) {
      refuse("allocate public address", [
        name.trim() === "" && "the address needs a name, to be found again",
      ]);
      return makeOrAdopt(
        async () =>
          onlyOne(
            (await calls.list()).filter((ip) => ip.name === name),
            "public addresses",
            name,
          ),
        () => calls.create(name, billingAccountId),
      );
    },

    async renameFloatingIp(address, name) {
      refuse("rename public address", [addressProblem(address)]);
      return sendAndRead(
        address,
        () => calls.rename(address, name),
        (ip) => ip.name === name,
      );
    },

    async assignFloatingIp(address, vmUuid) {
      refuse("assign public address", [addressProblem(address), uuidProblem(vmUuid, "VM")]);
      return sendAndRead(
        address,
        () => calls.assign(address, vmUuid),
        ({ assignedTo }) => assignedTo === vmUuid,
      );
    },

    async unassignFloatingIp(address) {
      refuse("unassign public address", [addressProblem(address)]);
      return sendAndRead(
        address,
        () => calls.unassign(address),
        ({ assignedTo }) => assignedTo === undefined,
      );
    },

    publicIpsOfVm,

    async releaseIp(address, { uuid } = {}) {
      refuse("release public address", [addressProblem(address)]);
      await release(address, uuid);
    },

    async releaseAutomaticIpsOfVm(vmUuid, { waitForOneMs = 0 } = {}) {
      const automatic = await lookUntilSeen(clock, { ...lookUp, giveUpAfterMs: waitForOneMs }, async () => {
        const found = (await publicIpsOfVm(vmUuid)).filter(({ name }) => name === undefined);
        return found.length > 0 ? found : undefined;
      });
      for (const { address, uuid } of automatic ?? []) await release(address, uuid);
      return automatic ?? [];
    },
  } satisfies Partial<Cloud>;
}
