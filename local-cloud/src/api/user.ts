import type { FastifyInstance } from "fastify";

export function userRoutes(app: FastifyInstance): void {
  app.get("/user-resource/user", { config: { operation: "getUser" } }, async ({ tenant }) => ({
    id: tenant.userId,
    name: `user-${tenant.userId}`,
    profile_data: {},
  }));
}
