import { describeInstance } from "./instance.ts";

describe("describeInstance", () => {
  it("gives the default instance the short folder and every other one its own", () => {
    const environment = { XDG_STATE_HOME: "/s", XDG_CACHE_HOME: "/c" };
    expect(describeInstance(undefined, environment)).toEqual({
      name: "idch-local",
      stateDirectory: "/s/idcloudhost-autoscaler/local-cloud",
      cacheDirectory: "/c/idcloudhost-autoscaler",
      namespacePath: "/run/netns/idch-local",
    });
    expect(describeInstance("idch-try", environment).stateDirectory).toBe(
      "/s/idcloudhost-autoscaler/local-cloud-idch-try",
    );
  });

  it.each(["", "x", "docker", "kubepods", "vpn", "idch-", "UPPER", "../up", "a b", "-a", "a".repeat(40)])(
    "refuses the name %j",
    (name) => {
      expect(() => describeInstance(name, {})).toThrow("instance name");
    },
  );
});
