import { sameSecret } from "@autoscaler/service-kit/http-service.ts";

/** An API key and the account that pays. Keys of one billing account see the same resources. */
export interface Account {
  readonly apiKey: string;
  readonly billingAccountId: number;
}

/** The caller of a request within one location: what it owns is all it sees. */
export interface Tenant {
  readonly owner: number;
  readonly userId: number;
  readonly location: string;
}

export function findAccount(accounts: readonly Account[], apiKey: string): Account | undefined {
  return accounts.filter((account) => sameSecret(apiKey, account.apiKey))[0];
}

/** Small and steady, as in the documentation's examples. */
export function userIdOf(accounts: readonly Account[], billingAccountId: number): number {
  return 29 + accounts.findIndex((account) => account.billingAccountId === billingAccountId);
}

export function owns(tenant: Tenant, thing: { readonly owner: number; readonly location: string }): boolean {
  return thing.owner === tenant.owner && thing.location === tenant.location;
}
