import { createLogger, systemClock } from "@autoscaler/service-kit";
import { createLocalCloud } from "../../local-cloud.ts";
import { createNoneDriver } from "../../machines/none.ts";
import { instantSettings } from "../../settings/settings.ts";
import { loadOpenApi } from "./openapi.ts";

describe("the OpenAPI file and the server", () => {
  const { operations, problemsOf, problemsOfRequest } = loadOpenApi();
  const served = new Map<string, string>();

  beforeAll(async () => {
    const cloud = createLocalCloud({
      driver: createNoneDriver(),
      clock: systemClock,
      settings: instantSettings,
      accounts: [],
      log: createLogger({ service: "local-cloud", level: "silent" }),
      onRoute: ({ operation, method, url }) => served.set(operation, `${method} ${url.replace("/v1", "")}`),
    });
    await cloud.app.ready();
    await cloud.close();
  });

  it.each(operations)("$id: $method $route", ({ id, method, route }) => {
    expect(served.get(id)).toBe(`${method} ${route}`);
  });

  it("serves nothing that is not in the file", () => {
    const known = [...operations.map(({ id }) => id), "methodNotAllowed"];
    expect([...served.keys()].filter((operation) => !known.includes(operation))).toEqual([]);
  });

  it.each([
    {
      when: "a form where JSON is wanted",
      operation: "createFloatingIp",
      sent: { kind: "form", text: "name=x" },
    },
    { when: "an unknown field", operation: "cloneVm", sent: { kind: "form", text: "uuid=x&name=y&size=1" } },
  ] as const)("finds $when in a request", ({ operation, sent }) => {
    expect(problemsOfRequest(operation, sent)).toHaveLength(1);
  });

  it.each([
    { when: "a VM without a uuid", operation: "getVm", status: 200, body: '{"name":"a","status":"running"}' },
    { when: "a list that is an object", operation: "listVms", status: 200, body: "{}" },
    { when: "a status that the file does not have", operation: "listVms", status: 201, body: "[]" },
    { when: "an error in a shape of its own", operation: "getVm", status: 400, body: '{"error":"x"}' },
  ])("finds $when", ({ operation, status, body }) => {
    expect(problemsOf(operation, status, body)).not.toEqual([]);
  });
});
