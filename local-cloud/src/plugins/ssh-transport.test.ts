import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server, type ServerChannel, utils } from "ssh2";
import { sshTransport } from "./ssh-transport.ts";
import type { Connection, Login } from "./transport.ts";

const hostPair = utils.generateKeyPairSync("ed25519");
const otherPair = utils.generateKeyPairSync("ed25519");
const userPair = utils.generateKeyPairSync("ed25519");

describe("sshTransport", () => {
  let server: Server;
  let login: Login;
  let directory: string;
  let tunnelled: number;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "ssh-"));
    tunnelled = 0;
    server = machine();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    login = {
      host: "127.0.0.1",
      port: (server.address() as AddressInfo).port,
      user: "ops",
      privateKey: userPair.private,
      hostKey: hostPair.public,
      dialErrorLimit: 2,
      perDialTimeoutSeconds: 5,
    };
  });
  afterEach(() => {
    server.close();
    rmSync(directory, { recursive: true });
  });

  /** A machine that knows our key: `echo` gives stdin back, `fail` ends with 3; takes files and tunnels. */
  function machine(): Server {
    return new Server({ hostKeys: [hostPair.private] }, (client) => {
      client.on("error", () => undefined);
      client.on("authentication", (context) => {
        const allowed = utils.parseKey(userPair.public);
        if (allowed instanceof Error || context.method !== "publickey" || context.username !== "ops")
          return context.reject();
        return context.key.data.equals(allowed.getPublicSSH()) ? context.accept() : context.reject();
      });
      client.on("session", (accept) => {
        const session = accept();
        session.on("exec", (acceptExec, _reject, { command }) => runCommand(acceptExec(), command));
        session.on("sftp", (acceptSftp) => {
          const sftp = acceptSftp();
          sftp.on("OPEN", (id, path) => {
            sftp.handle(id, Buffer.from([openSync(path, "w")]));
          });
          sftp.on("WRITE", (id, handle, offset, data) => {
            writeSync(handle[0] ?? 0, data, 0, data.length, offset);
            sftp.status(id, 0);
          });
          sftp.on("FSETSTAT", (id) => sftp.status(id, 0));
          sftp.on("CLOSE", (id, handle) => {
            closeSync(handle[0] ?? 0);
            sftp.status(id, 0);
          });
        });
      });
      client.on("tcpip", (accept, _reject, { destIP, destPort }) => {
        tunnelled += 1;
        const socket = connect(destPort, destIP);
        socket.on("error", () => undefined);
        const channel = accept();
        channel.pipe(socket).pipe(channel);
      });
    });
  }

  function runCommand(channel: ServerChannel, command: string): void {
    const input: Buffer[] = [];
    channel.on("data", (chunk: Buffer) => input.push(chunk));
    channel.on("end", () => {
      channel.write(`${command}: ${Buffer.concat(input).toString()}`);
      channel.stderr.write("to stderr");
      channel.exit(command === "fail" ? 3 : 0);
      channel.end();
    });
  }

  it("runs a command with its stdin and gives both outputs", async () => {
    expect(await sshTransport.run(login, "echo", "the document")).toEqual({
      exitCode: 0,
      stdout: "echo: the document",
      stderr: "to stderr",
    });
  });

  it("gives the exit code of a command that fails", async () => {
    expect(await sshTransport.run(login, "fail", "")).toMatchObject({ exitCode: 3 });
  });

  it("copies a file, larger than one packet", async () => {
    const source = join(directory, "source");
    writeFileSync(source, Buffer.alloc(100_000, "x"));

    await sshTransport.copy(login, source, join(directory, "target"));

    expect(readFileSync(join(directory, "target")).equals(readFileSync(source))).toBe(true);
  });

  it("goes through a proxy", async () => {
    const connection: Connection = { ...login, proxy: login };

    expect(await sshTransport.run(connection, "echo", "inside")).toMatchObject({ stdout: "echo: inside" });
    expect(tunnelled).toBe(1);
  });

  it.each([
    {
      when: "the host key is another one",
      change: { hostKey: otherPair.public },
      message: /shows another host key/,
    },
    {
      when: "the user's key is unknown",
      change: { privateKey: otherPair.private },
      message: /after 2 failed attempts.*authentication/i,
    },
    { when: "nothing listens", change: { port: 1 }, message: /after 2 failed attempts.*ECONNREFUSED/ },
  ])("gives up when $when", async ({ change, message }) => {
    await expect(sshTransport.run({ ...login, ...change }, "echo", "")).rejects.toThrow(message);
  });

  it("tries again until the machine answers", async () => {
    const { port } = login;
    await new Promise<void>((resolve) => server.close(() => resolve()));
    const answer = sshTransport.run({ ...login, dialErrorLimit: 50 }, "echo", "late");
    server = machine();
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));

    expect(await answer).toMatchObject({ stdout: "echo: late" });
  });
});
