// Run by `node -e` where Pulumi runs: waits until an SSH server answers at HOST, at most SECONDS. Pulumi's own tries
// are bounded in their number only, and not at all once a connection is accepted.
const { connect } = require("node:net");

const { HOST: host, PORT: port = "22", SECONDS: seconds } = process.env;
const ATTEMPT_MS = 10_000;
const PAUSE_MS = 1_000;
const SAY_EVERY_MS = 30_000;

/** What is wrong; undefined when a server says that it speaks SSH. */
function attempt() {
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) });
    let what = "does not answer";
    const timer = setTimeout(() => end(what), ATTEMPT_MS);
    const end = (problem) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(problem);
    };
    socket.on("connect", () => {
      what = "accepts connections and stays silent";
    });
    socket.on("data", (said) =>
      end(said.toString("latin1").startsWith("SSH-") ? undefined : "speaks no SSH"),
    );
    socket.on("end", () => end("closes connections"));
    socket.on("error", ({ code }) =>
      end(code === "ECONNREFUSED" ? "refuses connections" : `cannot be reached (${code})`),
    );
  });
}

async function main() {
  const startMs = performance.now();
  let saidMs = startMs;
  for (;;) {
    const problem = await attempt();
    if (problem === undefined) return;
    const nowMs = performance.now();
    if (nowMs - startMs > 1000 * Number(seconds)) {
      process.stderr.write(
        `port ${port} of ${host} ${problem}, for ${seconds} s: let SSH out of this network to it, or look at the machine's console in the cloud; then run pulumi up again\n`,
      );
      process.exitCode = 1;
      return;
    }
    if (nowMs - saidMs > SAY_EVERY_MS) {
      saidMs = nowMs;
      process.stdout.write(`waiting for SSH: port ${port} of ${host} ${problem}\n`);
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

void main();
