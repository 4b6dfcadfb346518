import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export interface FakeService {
  readonly url: string;
  readonly bodies: readonly string[];
  close(): Promise<void>;
}

/** A service of one function: `answer` gets the count of requests so far. */
export async function startFakeService(
  answer: (response: ServerResponse, count: number, request: IncomingMessage) => void,
): Promise<FakeService> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += String(chunk);
    });
    request.on("end", () => {
      bodies.push(`${request.method} ${request.url} ${body}`);
      answer(response, bodies.length, request);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the fake has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    bodies,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
