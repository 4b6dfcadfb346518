import { randomUUID } from "node:crypto";
import type { Provider } from "@pulumi/pulumi/provider/index.js";
import { fileAsset, isUnknown, type Properties, reveal, sameValue, typeOfUrn } from "./property-values.ts";
import type { CommandResult, Connection, Login, Transport } from "./transport.ts";

const COMMAND = "command:remote:Command";
const COPY = "command:remote:CopyToRemote";
const LOCAL = "command:local:Command";
const KNOWN_INPUTS: Readonly<Record<string, readonly string[]>> = {
  [COMMAND]: [
    "connection",
    "create",
    "update",
    "delete",
    "stdin",
    "logging",
    "addPreviousOutputInEnv",
    "triggers",
  ],
  [COPY]: ["connection", "source", "remotePath", "triggers"],
  [LOCAL]: ["create", "interpreter", "environment", "triggers"],
};
const COPIED = ["source", "remotePath"];
const KNOWN_LOGIN = ["host", "port", "user", "privateKey", "hostKey", "dialErrorLimit", "perDialTimeout"];

/**
 * Stands in for pulumi-resource-command 1.2.1: local.Command, remote.Command and remote.CopyToRemote with
 * what our program gives them; anything else is refused, so that it cannot silently behave otherwise than the real one.
 */
export function createCommandProvider(transport: Transport): Provider {
  async function perform(inputs: Properties, command: unknown): Promise<CommandResult> {
    if (typeof command !== "string" || command === "") return { exitCode: 0, stdout: "", stderr: "" };
    const result =
      inputs["connection"] === undefined
        ? await transport.runHere([...interpreterOf(inputs), command], environmentOf(inputs))
        : await transport.run(connectionOf(inputs), command, String(reveal(inputs["stdin"]) ?? ""));
    if (result.exitCode === 0) return result;
    const how =
      result.exitCode === undefined ? "was ended by a signal" : `exited with status ${result.exitCode}`;
    throw new Error(`Process ${how}: running ${JSON.stringify(command)}:\n${result.stdout}${result.stderr}`);
  }

  async function outputs(urn: string, inputs: Properties, command: unknown): Promise<Properties> {
    if (typeOfUrn(urn) !== COPY) {
      const { stdout, stderr } = await perform(inputs, command);
      return { ...inputs, stdout, stderr };
    }
    const source = fileAsset(reveal(inputs["source"]));
    if (source === undefined) throw new Error("source must be a FileAsset");
    await transport.copy(connectionOf(inputs), source.path, String(reveal(inputs["remotePath"])));
    return inputs;
  }

  return {
    version: "1.2.1",

    async check(urn, _olds: Properties, news: Properties) {
      const type = typeOfUrn(urn);
      const known = KNOWN_INPUTS[type];
      if (known === undefined) throw new Error(`the local stand-in for command has no ${type}`);
      return {
        inputs: news,
        failures: [
          ...unknownKeys(news, known, ""),
          ...(type === LOCAL ? [] : connectionFailures(news["connection"])),
        ],
      };
    },

    async diff(_id, urn, olds: Properties, news: Properties) {
      const changed = (KNOWN_INPUTS[typeOfUrn(urn)] ?? []).filter((key) => !sameValue(olds[key], news[key]));
      return { changes: changed.length > 0, replaces: changed.filter((key) => key === "triggers") };
    },

    async create(urn, inputs: Properties) {
      return { id: randomUUID(), outs: await outputs(urn, inputs, reveal(inputs["create"])) };
    },

    async update(_id, urn, olds: Properties, news: Properties) {
      // The real one copies again only another content or to another path, not to another host.
      if (typeOfUrn(urn) === COPY && COPIED.every((key) => sameValue(olds[key], news[key])))
        return { outs: news };
      return { outs: await outputs(urn, news, reveal(news["update"] ?? news["create"])) };
    },

    async delete(_id, _urn, props: Properties) {
      await perform(props, reveal(props["delete"]));
    },
  };
}

function interpreterOf(inputs: Properties): readonly string[] {
  const given = reveal(inputs["interpreter"]);
  return Array.isArray(given) ? given.map((word) => String(reveal(word))) : ["/bin/sh", "-c"];
}

function environmentOf(inputs: Properties): Readonly<Record<string, string>> {
  const given = (reveal(inputs["environment"]) ?? {}) as Properties;
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(reveal(value))]));
}

function connectionOf(inputs: Properties): Connection {
  const connection = reveal(inputs["connection"]) as Properties;
  const proxy = connection["proxy"];
  return {
    ...loginOf(connection),
    ...(proxy === undefined || proxy === null ? {} : { proxy: loginOf(proxy as Properties) }),
  };
}

function loginOf(fields: Properties): Login {
  return {
    host: String(fields["host"]),
    port: Number(fields["port"] ?? 22),
    user: String(fields["user"] ?? "root"),
    privateKey: String(fields["privateKey"]),
    ...(fields["hostKey"] === undefined ? {} : { hostKey: String(fields["hostKey"]) }),
    dialErrorLimit: Number(fields["dialErrorLimit"] ?? 10),
    perDialTimeoutSeconds: Number(fields["perDialTimeout"] ?? 15),
  };
}

interface Failure {
  readonly property: string;
  readonly reason: string;
}

function connectionFailures(given: unknown): readonly Failure[] {
  if (isUnknown(given)) return [];
  const connection = reveal(given) as Properties;
  const { proxy, ...login } = connection;
  return [
    ...unknownKeys(login, KNOWN_LOGIN, "connection."),
    ...(proxy === undefined ? [] : unknownKeys(proxy as Properties, KNOWN_LOGIN, "connection.proxy.")),
  ];
}

function unknownKeys(fields: Properties, known: readonly string[], path: string): readonly Failure[] {
  return Object.keys(fields)
    .filter((key) => !known.includes(key))
    .map((key) => ({ property: `${path}${key}`, reason: "the local stand-in for command does not know it" }));
}
