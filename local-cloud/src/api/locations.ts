import type { FastifyInstance } from "fastify";
import type { CloudContext } from "../state/context.ts";

export function locationRoutes(app: FastifyInstance, { settings }: CloudContext): void {
  app.get("/config/locations", { config: { operation: "listLocations" } }, async () =>
    settings.locations.map(({ slug, displayName }, index) => ({
      display_name: displayName,
      slug,
      is_default: index === 0,
      is_preferred: false,
      description: displayName,
      order_nr: index + 1,
      country_code: slug.startsWith("sgp") ? "sgp" : "idn",
    })),
  );
}
