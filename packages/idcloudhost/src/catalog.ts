import { fieldOf } from "@autoscaler/service-kit/field-of.ts";
import { omitUndefined } from "@autoscaler/service-kit/omit-undefined.ts";
import type { Api } from "./api.ts";
import type { Cloud } from "./cloud.ts";
import { fieldsOf, flag, number, requiredText, rowsOf, text } from "./decode.ts";
import type { Disk, HostPool, OsImage, Price, Range } from "./types.ts";

/** Reads of the account's disks and of the operator's catalogue: pools, images, prices. */
export function createCatalogFunctions(api: Api) {
  const rows =
    <T>(what: string, decode: (row: unknown) => T) =>
    (body: unknown) =>
      rowsOf(body, what, decode);
  return {
    listDisks: () => api.read(api.scoped("storage/disks"), rows("the list of disks", decodeDisk)),
    listHostPools: () =>
      api.read(api.scoped("user-resource/host_pool/list"), rows("the list of pools", decodeHostPool)),
    listOsImages: () =>
      api.read(api.global("config/vm_images/plain_os"), rows("the list of images", decodeImage)),
    listPrices: () =>
      api.read(api.global("pricing/policy"), (body) =>
        rowsOf(fieldsOf(body, "the price list")["policy"], "the price list", decodePrice),
      ),
  } satisfies Partial<Cloud>;
}

function decodeDisk(row: unknown): Disk {
  const disk = fieldsOf(row, "the disk");
  return omitUndefined<Disk>({
    uuid: requiredText(disk, "uuid"),
    name: text(disk, "display_name"),
    sizeGb: number(disk, "size_gb") ?? 0,
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
  const row = fieldOf(limits, name);
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

function decodePrice(row: unknown): Price {
  const price = fieldsOf(row, "the price");
  return omitUndefined<Price>({
    resourceType: requiredText(price, "resourceType"),
    rupiahPerHour: number(price, "price") ?? 0,
    unitVcpu: number(price, "numCpus"),
    unitMemoryMib: number(price, "megsRam"),
  });
}
