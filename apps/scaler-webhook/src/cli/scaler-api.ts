import { ErrorBody } from "@autoscaler/contracts";
import { type JsonRequest, requestJson } from "@autoscaler/service-kit";
import { parseShape } from "@autoscaler/shape";
import type { Static, TSchema } from "typebox";

/** Asks the running scaler. */
export interface ScalerApi {
  /**
   * @throws an error with the scaler's own words when it refuses, with what to do when it cannot be reached, or
   * with what is wrong when it answers anything but the view.
   */
  ask<S extends TSchema>(
    view: S,
    path: string,
    request?: Pick<JsonRequest, "method" | "json">,
  ): Promise<Static<S>>;
}

const TIMEOUT_MS = 10_000;

export function createScalerApi({ url, token }: { readonly url: string; readonly token: string }): ScalerApi {
  return {
    async ask(view, path, request = {}) {
      const { status, body } = await requestJson(`${url}${path}`, {
        ...request,
        token,
        timeoutMs: TIMEOUT_MS,
      }).catch(() => {
        throw new Error(
          `the scaler does not answer at ${url}. It listens on the monitor VM only: open a tunnel (ssh -L 4000:127.0.0.1:4000 ops@<bastion>) or give --url`,
        );
      });
      if (status >= 300) {
        const refusal = parseShape(ErrorBody, body, { whole: "the answer", mayGrow: true });
        const why = refusal.kind === "ok" ? refusal.value.message : "no reason given";
        throw new Error(`the scaler refused (${status}): ${why}`);
      }
      const answer = parseShape(view, body, { whole: "the answer", mayGrow: true });
      if (answer.kind === "ok") return answer.value;
      throw new Error(
        `${url} answers ${path} as no scaler of this version does; is it one, and of this checkout? ${answer.problems.join("; ")}`,
      );
    },
  };
}
