import { adviceFor, systemOf } from "./system-packages.mjs";

const release = (id: string, like = "") => `PRETTY_NAME="${id} 1"\nID=${id}\nID_LIKE="${like}"\n`;

describe("systemOf", () => {
  it.each([
    { system: release("debian"), family: "apt" },
    { system: release("ubuntu", "debian"), family: "apt" },
    { system: release("linuxmint", "ubuntu debian"), family: "apt" },
    { system: release("fedora"), family: "dnf" },
    { system: release("rocky", "rhel centos fedora"), family: "dnf" },
    { system: release("manjaro", "arch"), family: "pacman" },
    { system: release("alpine"), family: undefined },
    { system: "", family: undefined },
  ])("knows the installer $family", ({ system, family }) => {
    expect(systemOf(system).family).toBe(family);
  });
});

describe("adviceFor", () => {
  it.each([
    { family: "dnf", says: "dnf install systemd-container mmdebstrap lxcfs nftables iproute " },
    { family: "pacman", says: "pacman -S systemd mmdebstrap (from the AUR) lxcfs nftables iproute2 " },
    { family: undefined, says: "what Debian calls systemd-container, mmdebstrap, lxcfs" },
  ])("gives the names that $family has for them, and says what was tried", ({ family, says }) => {
    const advice = adviceFor(family, "Some Linux 1");

    expect(advice).toContain("this is Some Linux 1");
    expect(advice).toContain(says);
    expect(advice).toContain("not on this system");
  });
});
