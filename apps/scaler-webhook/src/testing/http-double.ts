import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface HttpDouble {
  readonly url: string;
  readonly port: number;
  /** What was asked, with the body as text. */
  readonly requests: {
    readonly method: string;
    readonly url: string;
    readonly authorization: string | undefined;
    readonly body: string;
  }[];
  close(): Promise<void>;
}

/** A server on the loopback that answers as told; `undefined` never answers. */
export async function createHttpDouble(
  answer: (request: IncomingMessage) => { readonly status: number; readonly body: string } | undefined,
): Promise<HttpDouble> {
  const requests: HttpDouble["requests"] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString("utf8");
    });
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      requests.push({ method, url, authorization: headers.authorization, body });
      const reply = answer(request);
      if (reply !== undefined) response.writeHead(reply.status, { connection: "close" }).end(reply.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
