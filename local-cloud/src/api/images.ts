import type { FastifyInstance } from "fastify";

interface Image {
  readonly osName: string;
  readonly displayName: string;
  readonly versions: readonly string[];
}

/** As read off IDCloudHost by merizrizal/ansible-collections-for-idcloudhost and Richienv/weuseai.agent. */
const IMAGES: readonly Image[] = [
  { osName: "ubuntu", displayName: "Ubuntu", versions: ["20.04-lts", "22.04-lts", "24.04-lts"] },
  { osName: "debian", displayName: "Debian", versions: ["11", "12"] },
  { osName: "almalinux", displayName: "AlmaLinux", versions: ["8.x", "9.x"] },
  { osName: "centos", displayName: "CentOS", versions: ["9.x"] },
  { osName: "rocky", displayName: "Rocky Linux", versions: ["linux_8.4", "9.x"] },
];

export function imageRoutes(app: FastifyInstance): void {
  app.get("/config/vm_images/plain_os", { config: { operation: "listPlainOsImages" } }, async () =>
    IMAGES.map(view),
  );
}

/** What is wrong with a choice, by field, in the cloud's own words where they are known; undefined if nothing. */
export function imageProblem(osName: string, osVersion: string): { field: string; text: string } | undefined {
  const image = IMAGES.find((candidate) => candidate.osName === osName);
  if (image === undefined) {
    const names = IMAGES.map((candidate) => `'${candidate.osName}'`).join(", ");
    return { field: "os_name", text: `value must be one from the list [${names}]` };
  }
  if (image.versions.includes(osVersion)) return undefined;
  const versions = image.versions.map((version) => `'${version}'`).join(", ");
  return {
    field: "os_version",
    text: `if 'os_name=${osName}' then value must be one from the list [${versions}]`,
  };
}

function view({ osName, displayName, versions }: Image, index: number) {
  return {
    os_name: osName,
    display_name: displayName,
    ui_position: index + 1,
    is_default: index === 0,
    is_app_catalog: false,
    icon: "data:image/svg+xml;base64,PHN2Zy8+",
    versions: versions.map((version) => ({ os_version: version, display_name: version, published: true })),
  };
}
