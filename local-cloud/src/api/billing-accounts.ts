import type { FastifyInstance } from "fastify";
import type { Tenant } from "../state/accounts.ts";
import { CloudFailure } from "../state/failures.ts";

interface OneRoute {
  Querystring: { readonly billing_account_id?: string };
}

export function billingAccountRoutes(app: FastifyInstance): void {
  app.get(
    "/payment/billing_account/list",
    { config: { operation: "listBillingAccounts" } },
    async ({ tenant }) => [view(tenant)],
  );
  app.get<OneRoute>(
    "/payment/billing_account",
    { config: { operation: "getBillingAccount" } },
    async ({ tenant, query }) => view(own(tenant, query.billing_account_id)),
  );
  app.get<OneRoute>(
    "/payment/billing_account/unpaid_amount",
    { config: { operation: "getUnpaidAmount" } },
    async ({ tenant, query }) => {
      own(tenant, query.billing_account_id);
      // A number under the key that elsewhere holds the text of an error (docs/api-facts.md#errors).
      return { message: 0 };
    },
  );
}

/** @throws {CloudFailure} 403 in the payment service's own shape. */
function own(tenant: Tenant, billingAccountId: string | undefined): Tenant {
  if (billingAccountId === String(tenant.owner)) return tenant;
  const error = { msg: "Resource is forbidden", subtype: "resource_forbidden", type: "consumer" };
  throw new CloudFailure(403, { errors: { "consumer::resource_forbidden": error } });
}

function view({ owner, userId }: Tenant) {
  return {
    id: owner,
    title: "Local account",
    is_default: true,
    is_active: true,
    is_deleted: false,
    can_pay: true,
    allow_debt: false,
    credit_amount: 1_000_000,
    unpaid_amount: 0,
    restriction_level: null,
    suspend_reason: null,
    user_id: userId,
  };
}
