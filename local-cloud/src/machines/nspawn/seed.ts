import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { MachineSpec } from "../driver.ts";

/** Where cloud-init's NoCloud source looks. */
const SEED_FOLDER = "var/lib/cloud/seed/nocloud";

export interface Seed {
  readonly userData: string;
  readonly metaData: string;
  readonly networkConfig: string;
}

/** Everything cloud-init is told; JSON throughout, which is YAML too and needs no quoting rules. */
export function seedOf(spec: MachineSpec): Seed {
  return {
    userData: userDataOf(spec),
    metaData: `${JSON.stringify({ "instance-id": spec.id, "local-hostname": spec.hostName })}\n`,
    networkConfig: `${JSON.stringify({
      version: 2,
      ethernets: {
        host0: {
          addresses: [`${spec.privateIpv4}/${spec.prefixLength}`],
          // cloud-init 22.4 with its networkd renderer does not know the word "default" here
          routes: [{ to: "0.0.0.0/0", via: spec.gatewayIpv4 }],
        },
      },
    })}\n`,
  };
}

/** The API's user data as it came; a JSON object gets the header that cloud-init wants. */
function userDataOf({ userData }: MachineSpec): string {
  const text = userData?.trim() || "{}";
  return text.startsWith("#") ? `${text}\n` : `#cloud-config\n${text}\n`;
}

/** Writes the seed into a machine's disk, in place of any other. */
export async function writeSeed(diskDirectory: string, seed: Seed): Promise<void> {
  const folder = join(diskDirectory, SEED_FOLDER);
  await mkdir(folder, { recursive: true });
  const write = async (name: string, content: string) => {
    await rm(join(folder, name), { force: true });
    await writeFile(join(folder, name), content, { mode: 0o600 });
  };
  await write("user-data", seed.userData);
  await write("meta-data", seed.metaData);
  await write("network-config", seed.networkConfig);
}
