import { sampleObjects } from "./testing/sample-objects.ts";
import { type GrafanaStandIn, startGrafanaStandIn } from "./testing/stand-in.ts";
import { verifyGrafana } from "./verify.ts";

const LOGIN = { kind: "token", token: "glsa_test-token" } as const;

describe("verifyGrafana", () => {
  let grafana: GrafanaStandIn;
  const said: string[] = [];

  beforeEach(async () => {
    said.length = 0;
    grafana = await startGrafanaStandIn({ login: LOGIN });
  });
  afterEach(() => grafana.close());

  const verify = (receiverHost = "127.0.0.1", alertTimeoutMs = 5_000) =>
    verifyGrafana({
      target: { url: grafana.url, login: LOGIN },
      objects: sampleObjects,
      receiverHost,
      alertTimeoutMs,
      say: (line) => said.push(line),
    });

  it("applies, reads back, gets an alert, forgets, and takes everything away", async () => {
    await verify();

    expect(said).toEqual([
      "took 3 rules, 3 contact points, 1 dashboards, and reads them back the same",
      "took them a second time",
      "sent a signed alert to this machine, and the signature is right",
      "forgot the rule and the contact point that are no longer there",
      "has nothing of it any more",
    ]);
    expect(grafana.folders.size + grafana.contactPoints.size + grafana.groups.size).toBe(0);
  });

  it("takes everything away also when no alert comes", async () => {
    await expect(verify("nowhere.invalid", 50)).rejects.toThrow(/GRAFANA_RECEIVER_HOST/);
    expect(grafana.folders.size + grafana.contactPoints.size + grafana.groups.size).toBe(0);
  });

  it("takes everything away also when Grafana refuses something", async () => {
    grafana.refuseOnce("POST /api/dashboards/db", 400, "Dashboard title cannot be empty");
    await expect(verify()).rejects.toThrow(/cannot be empty/);
    expect(grafana.folders.size + grafana.contactPoints.size + grafana.groups.size).toBe(0);
  });
});
