import type { FastifyInstance } from "fastify";

export interface HostPool {
  readonly uuid: string;
  readonly name: string;
  readonly isDefault: boolean;
}

interface Limits {
  readonly min: number;
  readonly max: number;
}

/** Of all pools of IDCloudHost, by teliti-dev/terraform-provider-idcloudhost docs/resources/vm.md (June 2026). */
export const GUEST_LIMITS: { readonly vcpu: Limits; readonly memoryMib: Limits; readonly diskGb: Limits } = {
  vcpu: { min: 2, max: 32 },
  memoryMib: { min: 2048, max: 65_536 },
  diskGb: { min: 20, max: 1000 },
};

const POOLS: Readonly<Record<string, readonly HostPool[]>> = {
  jkt01: [
    { uuid: "00000000-0000-0000-0000-000022006840", name: "Basic Standard", isDefault: false },
    { uuid: "9b6bf39f-6559-4e06-be68-6252e980468d", name: "Intel eXtreme", isDefault: false },
    { uuid: "6d4026f6-1a7b-4f32-966b-2e739d4533b1", name: "AMD eXtreme", isDefault: true },
  ],
  jkt03: [{ uuid: "1bcdc355-83b9-41db-83f4-7162b19a2990", name: "Basic", isDefault: true }],
  sgp01: [{ uuid: "e2ab9e01-43ef-4a20-93e2-30a40d7545fb", name: "Intel Pro", isDefault: true }],
};
/** The pools of jkt02 are not known. */
const OTHER: readonly HostPool[] = [
  { uuid: "11111111-2222-4333-8444-555555555555", name: "Basic", isDefault: true },
];

export function poolsOf(location: string): readonly HostPool[] {
  return POOLS[location] ?? OTHER;
}

export function hostPoolRoutes(app: FastifyInstance): void {
  app.get("/user-resource/host_pool/list", { config: { operation: "listHostPools" } }, async ({ tenant }) =>
    poolsOf(tenant.location).map(({ uuid, name, isDefault }, index) => ({
      uuid,
      name,
      description: name,
      is_default_designated: isDefault,
      is_visible: true,
      ui_position: index + 1,
      guest_limits: {
        cpu: GUEST_LIMITS.vcpu,
        ram_mb: GUEST_LIMITS.memoryMib,
        disk_gb: GUEST_LIMITS.diskGb,
      },
      created_at: "2026-01-01 00:00:00",
      updated_at: "2026-01-01 00:00:00",
    })),
  );
}
