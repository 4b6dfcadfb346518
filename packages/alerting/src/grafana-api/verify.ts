import { createHmac, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { applyObjects, FOLDER_GONE, readDifference, removeObjects } from "./apply-objects.ts";
import { type Ask, createAsk, GrafanaError, type GrafanaTarget } from "./client.ts";
import { SIGNATURE_HEADER as SIGNATURE, TIMESTAMP_HEADER as TIMESTAMP } from "./headers.ts";
import type { ContactPoint, GrafanaObjects, Rule } from "./objects.ts";

export interface VerifyOptions {
  readonly target: GrafanaTarget;
  /** With uids of their own; secrets in clear. */
  readonly objects: GrafanaObjects;
  /** Address under which Grafana reaches this machine. */
  readonly receiverHost: string;
  readonly alertTimeoutMs: number;
  readonly say: (line: string) => void;
}

/**
 * Puts all objects into a real Grafana, reads them back, repeats it, lets an alert fire into a receiver on
 * this machine and checks its signature; then takes everything away, also after a failure.
 *
 * @throws GrafanaError with Grafana's own words.
 */
export async function verifyGrafana(options: VerifyOptions): Promise<void> {
  const { objects, say } = options;
  const ask = createAsk(options.target);
  const secret = randomBytes(20).toString("hex");
  const receiver = await startReceiver(secret);
  const withTest = withTestAlert(objects, `http://${options.receiverHost}:${receiver.port}/`, secret);
  try {
    await applyObjects(ask, withTest);
    say(
      `took ${withTest.ruleGroup.rules.length} rules, ${withTest.contactPoints.length} contact points, ${withTest.dashboards.length} dashboards, and reads them back the same`,
    );
    await applyObjects(ask, withTest);
    say("took them a second time");
    await receiver.waitForAlert(options.alertTimeoutMs);
    say("sent a signed alert to this machine, and the signature is right");
    await applyObjects(ask, objects);
    say("forgot the rule and the contact point that are no longer there");
  } finally {
    await removeObjects(ask, withTest);
    receiver.close();
  }
  await expectNothingLeft(ask, withTest);
  say("has nothing of it any more");
}

const TEST_SLUG = "verify-test";

function withTestAlert(objects: GrafanaObjects, url: string, secret: string): GrafanaObjects {
  const [model] = objects.ruleGroup.rules;
  if (model === undefined) throw new Error("there is no rule to verify");
  const receiver = `${objects.ruleGroup.title} ${TEST_SLUG}`;
  const point: ContactPoint = {
    uid: `${objects.uidPrefix}${TEST_SLUG}`,
    name: receiver,
    type: "webhook",
    disableResolveMessage: true,
    settings: {
      url,
      httpMethod: "POST",
      hmacConfig: { secret, header: SIGNATURE, timestampHeader: TIMESTAMP },
    },
  };
  const rule: Rule = {
    ...model,
    uid: `${objects.uidPrefix}${TEST_SLUG}`,
    title: TEST_SLUG,
    for: "0s",
    condition: "A",
    annotations: {},
    data: [
      {
        refId: "A",
        queryType: "",
        datasourceUid: "__expr__",
        relativeTimeRange: { from: 0, to: 0 },
        model: {
          datasource: { type: "__expr__", uid: "__expr__" },
          expression: "1 == 1",
          intervalMs: 1000,
          maxDataPoints: 43_200,
          refId: "A",
          type: "math",
        },
      },
    ],
    notification_settings: {
      receiver,
      group_by: ["grafana_folder", "alertname"],
      group_wait: "0s",
      group_interval: "30s",
      repeat_interval: "25s",
    },
  };
  return {
    ...objects,
    contactPoints: [...objects.contactPoints, point],
    ruleGroup: { ...objects.ruleGroup, rules: [...objects.ruleGroup.rules, rule] },
  };
}

async function startReceiver(secret: string) {
  let arrived: (problem: string | undefined) => void = () => undefined;
  const alert = new Promise<string | undefined>((resolve) => {
    arrived = resolve;
  });
  const server = createServer(async (request, response) => {
    const at = request.headers[TIMESTAMP.toLowerCase()];
    const signed = `${at}:${await text(request)}`;
    const wanted = createHmac("sha256", secret).update(signed).digest("hex");
    const isSigned = request.headers[SIGNATURE.toLowerCase()] === wanted;
    arrived(isSigned ? undefined : "an alert came whose signature is wrong");
    response.writeHead(202).end();
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async waitForAlert(timeoutMs: number): Promise<void> {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<string>((resolve) => {
        timer = setTimeout(
          () =>
            resolve(
              `no alert came within ${timeoutMs / 1000} s: can Grafana reach this machine? Set GRAFANA_RECEIVER_HOST`,
            ),
          timeoutMs,
        );
      });
      const problem = await Promise.race([alert, late]);
      clearTimeout(timer);
      if (problem !== undefined) throw new GrafanaError("DIFFERS", problem);
    },
    close(): void {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function expectNothingLeft(ask: Ask, objects: GrafanaObjects): Promise<void> {
  const difference = await readDifference(ask, objects);
  if (difference === FOLDER_GONE) return;
  throw new GrafanaError("DIFFERS", "Grafana still has the folder of this test: remove it by hand");
}
