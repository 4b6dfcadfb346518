import { ErrorBody } from "@autoscaler/contracts";
import { Value } from "typebox/value";
import { type JsonRequest, requestJson } from "../adapters/http-json.ts";

/** Asks the running scaler. */
export interface ScalerApi {
  /** @throws an error with the scaler's own words when it refuses, or with what to do when it cannot be reached. */
  ask(path: string, request?: Pick<JsonRequest, "method" | "json">): Promise<unknown>;
}

const TIMEOUT_MS = 10_000;

export function createScalerApi({ url, token }: { readonly url: string; readonly token: string }): ScalerApi {
  return {
    async ask(path, request = {}) {
      const answer = await requestJson(`${url}${path}`, { ...request, token, timeoutMs: TIMEOUT_MS }).catch(
        () => {
          throw new Error(
            `the scaler does not answer at ${url}. It listens on the monitor VM only: open a tunnel (ssh -L 4000:127.0.0.1:4000 ops@<bastion>) or give --url`,
          );
        },
      );
      if (answer.status < 300) return answer.body;
      const why = Value.Check(ErrorBody, answer.body) ? answer.body.message : "no reason given";
      throw new Error(`the scaler refused (${answer.status}): ${why}`);
    },
  };
}
