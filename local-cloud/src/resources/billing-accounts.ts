import type { FastifyInstance } from "fastify";

export function billingAccountRoutes(app: FastifyInstance): void {
  app.get(
    "/payment/billing_account/list",
    { config: { operation: "listBillingAccounts" } },
    async ({ tenant }) => [
      {
        id: tenant.owner,
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
        user_id: tenant.userId,
      },
    ],
  );
}
