import { main } from "@pulumi/pulumi/provider/index.js";
import { createCommandProvider } from "./command-provider.ts";
import { sshTransport } from "./ssh-transport.ts";

await main(createCommandProvider(sshTransport), process.argv.slice(2));
