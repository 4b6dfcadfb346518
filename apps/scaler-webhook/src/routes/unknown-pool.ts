import { HttpError } from "@autoscaler/service-kit";
import type { Operations } from "../loop/operations.ts";

/** @throws {HttpError} 404 */
export function refuseUnknownPool(operations: Operations, pool: string): void {
  if (pool !== operations.poolName) {
    throw new HttpError(
      404,
      "POOL_UNKNOWN",
      `there is no such pool here; this scaler runs ${operations.poolName}`,
    );
  }
}
