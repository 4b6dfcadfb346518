import { main } from "@pulumi/pulumi/provider/index.js";
import { randomProvider } from "./random-provider.ts";

await main(randomProvider, process.argv.slice(2));
