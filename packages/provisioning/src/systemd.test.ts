import { execFileSync } from "node:child_process";
import { environmentFile, serviceUnit } from "./systemd.ts";

describe("serviceUnit", () => {
  it("has its own user, no new privileges and a restart", () => {
    const text = serviceUnit({
      description: "d",
      user: "app",
      command: ["/bin/app"],
      credentials: ["token"],
    });

    expect(text).toContain("\nUser=app\n");
    expect(text).toContain("\nNoNewPrivileges=yes\n");
    expect(text).toContain("\nRestart=on-failure\n");
    expect(text).toContain("\nLoadCredential=token:/etc/autoscaler/credentials/token\n");
    expect(text).toContain("\nCapabilityBoundingSet=\n");
  });

  it.each([
    { when: "plain", argument: "--port=1", written: "--port=1" },
    { when: "with a blank", argument: "a b", written: '"a b"' },
    { when: "with what systemd expands", argument: "100%$HOME", written: "100%%$$HOME" },
    { when: "with quotes", argument: 'say "x"', written: '"say \\"x\\""' },
    { when: "empty", argument: "", written: '""' },
  ])("writes an argument $when so that the process gets it whole", ({ argument, written }) => {
    const text = serviceUnit({ description: "d", command: ["/bin/app", argument] });
    expect(text).toContain(`ExecStart=/bin/app ${written}\n`);
  });
});

describe("environmentFile", () => {
  it("gives back every value to a reader with shell quoting rules", () => {
    const value = `a "b" $HOME \`id\` \\ 'c' #d`;
    const text = environmentFile({ VALUE: value, PORT: 3000 });

    expect(execFileSync("sh", ["-c", `${text}printf '%s|%s' "$VALUE" "$PORT"`], { encoding: "utf8" })).toBe(
      `${value}|3000`,
    );
  });
});
