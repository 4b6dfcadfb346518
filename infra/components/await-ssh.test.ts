import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";

const SCRIPT = readFileSync(join(__dirname, "await-ssh.cjs"), "utf8");

/** As Pulumi's `local.Command` runs it. */
function awaitSsh(
  port: number,
  seconds: number,
): Promise<{ readonly code: number; readonly output: string }> {
  const env = { ...process.env, HOST: "127.0.0.1", PORT: String(port), SECONDS: String(seconds) };
  return new Promise((resolve) => {
    execFile(process.execPath, ["-e", SCRIPT], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
    );
  });
}

describe("await-ssh", () => {
  let server: Server;
  let sockets: Socket[];
  let answer: (socket: Socket) => void;

  beforeEach(async () => {
    sockets = [];
    server = createServer((socket) => {
      sockets.push(socket);
      answer(socket);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const port = () => (server.address() as AddressInfo).port;

  it("ends at once when a server says that it speaks SSH", async () => {
    answer = (socket) => socket.write("SSH-2.0-OpenSSH_9.2\r\n");

    expect(await awaitSsh(port(), 60)).toEqual({ code: 0, output: "" });
  });

  it("waits for one that starts later", async () => {
    let count = 0;
    answer = (socket) => {
      count += 1;
      if (count < 3) socket.end();
      else socket.write("SSH-2.0-x\r\n");
    };

    expect(await awaitSsh(port(), 60)).toEqual({ code: 0, output: "" });
    expect(count).toBe(3);
  });

  it.each<{ what: string; answers?: (socket: Socket) => void; says: RegExp }>([
    { what: "closes", answers: (socket) => socket.end(), says: /closes connections, for 0 s/ },
    {
      what: "speaks something else",
      answers: (socket) => socket.write("HTTP/1.1 400\r\n"),
      says: /speaks no SSH/,
    },
    { what: "stays silent", answers: () => undefined, says: /accepts connections and stays silent/ },
    { what: "refuses", says: /refuses connections/ },
  ])(
    "ends with a sentence when the port $what",
    async ({ answers, says }) => {
      const at = port();
      if (answers === undefined) {
        server.close();
        await once(server, "close");
      } else answer = answers;

      const { code, output } = await awaitSsh(at, 0);

      expect(code).toBe(1);
      expect(output).toMatch(says);
      expect(output).toMatch(/^port \d+ of 127\.0\.0\.1 .*: let SSH out .*then run pulumi up again\n$/);
    },
    20_000,
  );
});
