import { execFile } from "node:child_process";
import { once } from "node:events";
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { Client, type ClientChannel } from "ssh2";
import type { CommandResult, Connection, Login, Transport } from "./transport.ts";

/** Pauses between tries, as the real plugin has them (pulumi-command, provider/pkg/provider/remote). */
const FIRST_PAUSE_MS = 100;
const PAUSE_FACTOR = 1.5;
const LONGEST_PAUSE_MS = 5_000;
const KEEP_ALIVE_MS = 10_000;

/** Real SSH. Each call has a connection of its own, closed at its end. */
export const sshTransport: Transport = {
  runHere,
  run: (connection, command, stdin) => connected(connection, (client) => execute(client, command, stdin)),
  copy: (connection, localPath, remotePath) =>
    connected(connection, (client) => upload(client, localPath, remotePath)),
};

function runHere(
  [program = "", ...args]: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    execFile(program, args, { env: { ...process.env, ...environment } }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      resolve({ exitCode: typeof code === "number" ? code : undefined, stdout, stderr });
    });
  });
}

async function connected<T>(connection: Connection, use: (client: Client) => Promise<T>): Promise<T> {
  const { proxy } = connection;
  const outer = proxy === undefined ? undefined : await dial(proxy, () => login(proxy));
  try {
    // As in the real plugin only the way to the port is tried again behind a proxy, not the login.
    const inner =
      outer === undefined
        ? await dial(connection, () => login(connection))
        : await login(connection, await dial(connection, () => tunnel(outer, connection)));
    try {
      return await use(inner);
    } finally {
      inner.end();
    }
  } finally {
    outer?.end();
  }
}

async function dial<T>({ host, dialErrorLimit }: Login, attempt: () => Promise<T>): Promise<T> {
  let pauseMs = FIRST_PAUSE_MS;
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (dialErrorLimit >= 0 && tries >= dialErrorLimit) {
        throw new Error(`after ${tries} failed attempts to reach ${host} over SSH: ${messageOf(error)}`, {
          cause: error,
        });
      }
    }
    await delay(pauseMs);
    pauseMs = Math.min(pauseMs * PAUSE_FACTOR, LONGEST_PAUSE_MS);
  }
}

async function login(to: Login, socket?: Duplex): Promise<Client> {
  const client = new Client();
  const [keyType = "", keyBase64 = ""] = to.hostKey?.split(" ") ?? [];
  let refusedKey = false;
  const ended = new Promise<never>((_, reject) => {
    client.on("error", (error) =>
      reject(refusedKey ? new Error(`${to.host} shows another host key`) : error),
    );
    client.on("close", () => reject(new Error(`${to.host} closed the connection`)));
  });
  ended.catch(() => undefined); // later endings show in the channel that they end
  client.connect({
    ...(socket === undefined ? { host: to.host, port: to.port } : { sock: socket }),
    username: to.user,
    privateKey: to.privateKey,
    readyTimeout: to.perDialTimeoutSeconds * 1000,
    keepaliveInterval: KEEP_ALIVE_MS,
    ...(to.hostKey === undefined
      ? {}
      : {
          algorithms: { serverHostKey: [keyType as "ssh-ed25519"] },
          hostVerifier: (key: Buffer) => {
            refusedKey = !key.equals(Buffer.from(keyBase64, "base64"));
            return !refusedKey;
          },
        }),
  });
  try {
    await Promise.race([once(client, "ready"), ended]);
    return client;
  } catch (error) {
    client.destroy();
    throw error;
  }
}

function tunnel(through: Client, to: Login): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    through.forwardOut("127.0.0.1", 0, to.host, to.port, (error, channel) =>
      error === undefined ? resolve(channel) : reject(error),
    );
  });
}

function execute(client: Client, command: string, stdin: string): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    client.once("close", () => reject(new Error("the connection ended before the command did")));
    client.exec(command, (error, channel) => {
      if (error !== undefined) return reject(error);
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      let exitCode: number | undefined;
      channel.on("data", (chunk: Buffer) => stdout.push(chunk));
      channel.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
      channel.on("exit", (code: number | null) => {
        exitCode = code ?? undefined;
      });
      channel.on("error", reject);
      channel.on("close", () =>
        resolve({
          exitCode,
          stdout: Buffer.concat(stdout).toString("utf8"),
          stderr: Buffer.concat(stderr).toString("utf8"),
        }),
      );
      return channel.end(stdin);
    });
  });
}

function upload(client: Client, localPath: string, remotePath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    client.once("close", () => reject(new Error("the connection ended before the copy did")));
    client.sftp((error, sftp) => {
      if (error !== undefined) return reject(error);
      return sftp.fastPut(localPath, remotePath, (failure) =>
        failure === undefined || failure === null
          ? resolve()
          : reject(new Error(`cannot write ${remotePath}: ${failure.message}`)),
      );
    });
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
