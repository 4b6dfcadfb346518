import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** A port of 127.0.0.1 on the host that leads to an address in the cloud's network. */
export interface Forward {
  /** 0 lets the system choose one. */
  readonly hostPort: number;
  readonly host: string;
  readonly port: number;
}

const TARGET = /^(\d{1,3}(?:\.\d{1,3}){3}) (\d{1,5})$/;

/** Unix socket of the process inside the network: says a line `<host> <port>`, then is that connection. */
export function insideSocket(stateDirectory: string): string {
  return join(stateDirectory, "inside.sock");
}

/** Unix socket on which the host's side is told what to forward. */
export function controlSocket(stateDirectory: string): string {
  return join(stateDirectory, "forwarder.sock");
}

export function parseTarget(line: string): { readonly host: string; readonly port: number } | undefined {
  const [, host, port] = TARGET.exec(line.trim()) ?? [];
  const number = Number(port);
  return host === undefined || number < 1 || number > 65_535 ? undefined : { host, port: number };
}

/** Parses `8080=203.0.113.10:80`. @throws when it is anything else. */
export function parseForward(value: string): Forward {
  const [, hostPort, address] = /^(\d{1,5})=(.+)$/.exec(value) ?? [];
  const target = parseTarget(address?.replace(":", " ") ?? "");
  if (hostPort === undefined || target === undefined || Number(hostPort) > 65_535) {
    throw new Error(`${JSON.stringify(value)} is not <port>=<IPv4 address>:<port>`);
  }
  return { hostPort: Number(hostPort), ...target };
}

/** Opens a connection to an address inside the network, from the host. */
export function connectInside(stateDirectory: string, target: Pick<Forward, "host" | "port">): Socket {
  const socket = connect({ path: insideSocket(stateDirectory), allowHalfOpen: true });
  socket.write(`${target.host} ${target.port}\n`);
  return socket;
}

export interface InsideAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * One GET to an address inside the network, from the host. There must be no `agent` option: with one, even
 * `false`, Node ignores `createConnection` and sends the request into the host's own network.
 *
 * @throws when nothing answers within 5 s.
 */
export async function getInside(stateDirectory: string, host: string, path: string): Promise<InsideAnswer> {
  const request = httpRequest({
    host,
    path,
    createConnection: () => connectInside(stateDirectory, { host, port: 80 }),
    timeout: 5_000,
  });
  request.on("timeout", () => request.destroy(new Error(`${host} did not answer`)));
  request.end();
  const [response] = await once(request, "response");
  return { status: response.statusCode, body: await text(response) };
}

/** Adds or replaces a forward while the cloud is up; returns it with its real port. */
export async function addForward(stateDirectory: string, forward: Forward): Promise<Forward> {
  const answer = await control(stateDirectory, "PUT", `/forwards/${forward.hostPort}`, {
    host: forward.host,
    port: forward.port,
  });
  return JSON.parse(answer) as Forward;
}

export async function listForwards(stateDirectory: string): Promise<readonly Forward[]> {
  return JSON.parse(await control(stateDirectory, "GET", "/forwards")) as readonly Forward[];
}

async function control(
  stateDirectory: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<string> {
  const request = httpRequest({
    socketPath: controlSocket(stateDirectory),
    method,
    path,
    agent: false,
    headers: body === undefined ? {} : { "content-type": "application/json" },
  });
  request.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = await once(request, "response");
  const answer = await text(response);
  if (response.statusCode !== 200) {
    const { message } = JSON.parse(answer) as { readonly message?: string };
    throw new Error(message ?? `the forwarder answered ${response.statusCode}`);
  }
  return answer;
}
