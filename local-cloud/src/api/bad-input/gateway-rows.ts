import { type Row, VM } from "./row.ts";

/** What never reaches a service. */
export const gatewayRows: readonly Row[] = [
  {
    when: "no key",
    call: `GET ${VM}/list`,
    key: "",
    status: 401,
    body: { message: "missing apikey header" },
  },
  {
    when: "a wrong key",
    call: `GET ${VM}/list`,
    key: "nonsense",
    status: 403,
    body: { message: "Invalid authentication credentials" },
  },
  {
    when: "an unknown location",
    call: "GET /v1/xyz99/user-resource/vm/list",
    status: 404,
    body: { message: "no route and no API found with those values" },
  },
  {
    when: "an unknown location, no key",
    call: "GET /v1/xyz99/user-resource/vm/list",
    key: "",
    status: 404,
    body: { message: "no route and no API found with those values" },
  },
  {
    when: "an unknown path",
    call: "GET /v1/jkt01/network/private_networks",
    status: 404,
    body: { message: "no route and no API found with those values" },
  },
  {
    when: "an unknown path below nothing",
    call: "GET /v2/x",
    status: 404,
    body: { message: "Route GET:/v2/x not found", error: "Not Found", statusCode: 404 },
  },
];
