import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

const PATH = /^\/([a-z]+(?:[-_][a-z]+)*)\/v?(\d+(?:\.\d+)+)\/([A-Za-z0-9][A-Za-z0-9._-]*)$/;

/** Where a file of the mirror lies, by the path of a request; undefined for anything else. */
export function mirrorPath(url: string): string | undefined {
  const [, name, version, file] = PATH.exec(url.split("?", 1)[0] ?? "") ?? [];
  if (name === undefined || version === undefined || file === undefined) return undefined;
  return join(name.replaceAll("-", "_"), version, file);
}

/** Serves the archives and checksum files of a folder, and nothing else. */
export function createMirror(directory: string): Server {
  const server = createServer((request, response) => {
    answer(directory, request.method ?? "", request.url ?? "", response).catch(() => response.destroy());
  });
  server.requestTimeout = 30_000;
  return server;
}

async function answer(
  directory: string,
  method: string,
  url: string,
  response: ServerResponse,
): Promise<void> {
  if (method !== "GET" && method !== "HEAD") {
    response.setHeader("allow", "GET, HEAD");
    return refuse(response, 405, "METHOD_NOT_ALLOWED", "the mirror can only be read");
  }
  if (url === "/healthz") return refuse(response, 200, "OK", "the mirror answers");
  const path = mirrorPath(url);
  const file = path === undefined ? undefined : join(directory, path);
  const found = file === undefined ? undefined : await stat(file).catch(() => undefined);
  if (file === undefined || found === undefined || !found.isFile()) {
    return refuse(response, 404, "FILE_UNKNOWN", "no such file; paths are /<program>/v<version>/<file name>");
  }
  response.writeHead(200, { "content-type": "application/octet-stream", "content-length": found.size });
  if (method === "HEAD") {
    response.end();
    return;
  }
  await pipeline(createReadStream(file), response);
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(`${JSON.stringify({ code, message })}\n`);
}
