import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConnectionsUnreadable, countEstablished, readConnections } from "./connections.ts";

const HEADER =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
const REST = "00000000:00000000 00:00000000 00000000     0        0 1544 1 00000000645b5aa3 100 0 0 10 0";

describe("countEstablished", () => {
  it("counts established connections by remote end", () => {
    const counts = countEstablished(
      [
        HEADER,
        `   0: 0A014D0A:A312 0B014D0A:0BB8 01 ${REST}`,
        `   1: 0A014D0A:A313 0B014D0A:0BB8 01 ${REST}`,
        `   2: 0A014D0A:A314 0C014D0A:0BB8 01 ${REST}`,
        `   3: 0A014D0A:A315 0C014D0A:0BB8 06 ${REST}`,
        `   4: 00000000:0050 00000000:0000 0A ${REST}`,
      ].join("\n"),
    );

    expect(Object.fromEntries(counts)).toEqual({ "10.77.1.11:3000": 2, "10.77.1.12:3000": 1 });
  });

  it("reads IPv4 ends from the IPv6 table, and no others", () => {
    const counts = countEstablished(
      [
        HEADER,
        `   0: 0000000000000000FFFF00000A014D0A:A312 0000000000000000FFFF00000B014D0A:0BB8 01 ${REST}`,
        `   1: 00000000000000000000000001000000:A312 00000000000000000000000001000000:0BB8 01 ${REST}`,
      ].join("\n"),
    );

    expect(Object.fromEntries(counts)).toEqual({ "10.77.1.11:3000": 1 });
  });

  it.each(["", "nonsense", HEADER, "   0: 0A014D0A:A312"])("finds nothing in %j", (text) => {
    expect(countEstablished(text).size).toBe(0);
  });
});

describe("readConnections", () => {
  it.each([
    { when: "there is no table", files: {} },
    { when: "the table is empty", files: { tcp: "" } },
    { when: "the table is something else", files: { tcp: "nonsense" } },
    { when: "the IPv6 table is something else", files: { tcp: HEADER, tcp6: "nonsense" } },
  ])("throws when $when, since unknown is not none", async ({ files }) => {
    const directory = await mkdtemp(join(tmpdir(), "proc-net-"));
    for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);

    await expect(readConnections(directory)).rejects.toThrow(ConnectionsUnreadable);

    await rm(directory, { recursive: true });
  });

  it("does without an IPv6 table", async () => {
    const directory = await mkdtemp(join(tmpdir(), "proc-net-"));
    await writeFile(join(directory, "tcp"), HEADER);

    expect((await readConnections(directory)).size).toBe(0);

    await rm(directory, { recursive: true });
  });

  it("sees a connection of this machine, and that it ended", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    const socket = connect(port, "127.0.0.1");
    const [[accepted]] = await Promise.all([once(server, "connection"), once(socket, "connect")]);

    expect((await readConnections()).get(`127.0.0.1:${port}`)).toBe(1);
    socket.destroy();
    await once(accepted.resume(), "close");
    server.close();

    expect((await readConnections()).get(`127.0.0.1:${port}`)).toBeUndefined();
  });
});
