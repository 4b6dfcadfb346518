import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { type Served, serve } from "@autoscaler/service-kit/testing/serve.ts";

export interface FakeService extends Served {
  readonly bodies: readonly string[];
}

/** A service of one function: `answer` gets the count of requests so far. */
export async function startFakeService(
  answer: (response: ServerResponse, count: number, request: IncomingMessage) => void,
): Promise<FakeService> {
  const bodies: string[] = [];
  const served = await serve(async (request, response) => {
    bodies.push(`${request.method} ${request.url} ${await text(request)}`);
    answer(response, bodies.length, request);
  });
  return { ...served, bodies };
}
