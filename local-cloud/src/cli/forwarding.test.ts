import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getInside, insideSocket, parseForward, parseTarget } from "./forwarding.ts";

describe("parseForward", () => {
  it("reads a host port and an address", () => {
    expect(parseForward("8080=203.0.113.10:80")).toEqual({ hostPort: 8080, host: "203.0.113.10", port: 80 });
  });

  it.each([
    "",
    "8080",
    "8080=",
    "8080=host:80",
    "8080=1.2.3.4",
    "8080=1.2.3.4:0",
    "70000=1.2.3.4:80",
    "x=1.2.3.4:80",
  ])("refuses %j", (value) =>
    expect(() => parseForward(value)).toThrow("is not <port>=<IPv4 address>:<port>"),
  );
});

describe("parseTarget", () => {
  it.each(["", "1.2.3.4", "1.2.3.4 99999", "name 80", "1.2.3.4 80 more"])("refuses %j", (line) => {
    expect(parseTarget(line)).toBeUndefined();
  });
});

describe("getInside", () => {
  let stateDirectory = "";
  beforeEach(async () => {
    stateDirectory = await mkdtemp(join(tmpdir(), "inside-"));
  });
  afterEach(() => rm(stateDirectory, { recursive: true }));

  it("asks over the unix socket only, naming the address first", async () => {
    let heard = "";
    const server = createServer((socket) => {
      socket.on("data", (chunk) => {
        heard += chunk.toString();
        if (heard.includes("\r\n\r\n")) socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi");
      });
    }).listen(insideSocket(stateDirectory));
    await once(server, "listening");
    expect(await getInside(stateDirectory, "198.51.100.1", "/x")).toEqual({ status: 200, body: "hi" });
    expect(heard).toMatch(/^198\.51\.100\.1 80\nGET \/x HTTP\/1\.1\r\n/);
    server.close();
  });

  it("fails when nobody is inside", async () => {
    await expect(getInside(stateDirectory, "198.51.100.1", "/x")).rejects.toMatchObject({ code: "ENOENT" });
  });
});
