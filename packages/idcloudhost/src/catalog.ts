import { omitUndefined } from "@autoscaler/service-kit/omit-undefined.ts";
import type { Api } from "./api.ts";
import type { Cloud } from "./cloud.ts";
import { fieldsOf, flag, number, requiredText, rowsOf, ShapeError, text } from "./decode.ts";
import type { BillingAccount, Disk, HostPool, Location, OsImage, Price, Range } from "./types.ts";

type CatalogFunctions = Pick<
  Cloud,
  "listDisks" | "listLocations" | "listHostPools" | "listOsImages" | "listBillingAccounts" | "listPrices"
>;

/** Reads of the account and of the operator's catalogue: disks, locations, images, prices. */
export function createCatalogFunctions(api: Api): CatalogFunctions {
  const rows =
    <T>(what: string, decode: (row: unknown) => T) =>
    (body: unknown) =>
      rowsOf(body, what, decode);
  return {
    listDisks: () => api.read(api.scoped("storage/disks"), rows("the list of disks", decodeDisk)),
    listLocations: () =>
      api.read(api.global("config/locations"), rows("the list of locations", decodeLocation)),
    listHostPools: () =>
      api.read(api.scoped("user-resource/host_pool/list"), rows("the list of pools", decodeHostPool)),
    listOsImages: () =>
      api.read(api.global("config/vm_images/plain_os"), rows("the list of images", decodeImage)),
    listBillingAccounts: () =>
      api.read(
        api.global("payment/billing_account/list"),
        rows("the list of billing accounts", decodeAccount),
      ),
    listPrices: () =>
      api.read(api.global("pricing/policy"), (body) =>
        rowsOf(fieldsOf(body, "the price list")["policy"], "the price list", decodePrice),
      ),
  };
}

function decodeDisk(row: unknown): Disk {
  const disk = fieldsOf(row, "the disk");
  return omitUndefined<Disk>({
    uuid: requiredText(disk, "uuid"),
    name: text(disk, "display_name"),
    sizeGb: number(disk, "size_gb") ?? 0,
  });
}

function decodeLocation(row: unknown): Location {
  const location = fieldsOf(row, "the location");
  return omitUndefined<Location>({
    slug: requiredText(location, "slug"),
    displayName: text(location, "display_name"),
    isDefault: flag(location, "is_default"),
  });
}

function decodeHostPool(row: unknown): HostPool {
  const pool = fieldsOf(row, "the pool");
  const limits = pool["guest_limits"];
  return omitUndefined<HostPool>({
    uuid: requiredText(pool, "uuid"),
    name: text(pool, "name") ?? "",
    isDefault: flag(pool, "is_default_designated"),
    vcpu: range(limits, "cpu"),
    memoryMib: range(limits, "ram_mb"),
    diskGb: range(limits, "disk_gb"),
  });
}

function range(limits: unknown, name: string): Range | undefined {
  const row: unknown = typeof limits === "object" && limits !== null ? Reflect.get(limits, name) : undefined;
  if (typeof row !== "object" || row === null) return undefined;
  const fields = fieldsOf(row, name);
  const [min, max] = [number(fields, "min"), number(fields, "max")];
  return min === undefined || max === undefined ? undefined : { min, max };
}

function decodeImage(row: unknown): OsImage {
  const image = fieldsOf(row, "the image");
  const versions = rowsOf(image["versions"], "the versions of an image", (version) =>
    requiredText(fieldsOf(version, "the version"), "os_version"),
  );
  return { osName: requiredText(image, "os_name"), versions };
}

function decodeAccount(row: unknown): BillingAccount {
  const account = fieldsOf(row, "the billing account");
  const id = number(account, "id");
  if (id === undefined) throw new ShapeError("id is missing");
  return omitUndefined<BillingAccount>({
    id,
    title: text(account, "title"),
    isDefault: flag(account, "is_default"),
    isActive: flag(account, "is_active"),
    canPay: typeof account["can_pay"] === "boolean" ? account["can_pay"] : undefined,
    creditRupiah: number(account, "credit_amount"),
  });
}

function decodePrice(row: unknown): Price {
  const price = fieldsOf(row, "the price");
  return omitUndefined<Price>({
    resourceType: requiredText(price, "resourceType"),
    rupiahPerHour: number(price, "price") ?? 0,
    unitVcpu: number(price, "numCpus"),
    unitMemoryMib: number(price, "megsRam"),
  });
}
