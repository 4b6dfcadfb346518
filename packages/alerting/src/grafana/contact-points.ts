import { ContactPointBuilder } from "@grafana/grafana-foundation-sdk/alerting";
import { SIGNATURE_HEADER, TIMESTAMP_HEADER } from "../grafana-api/headers.ts";
import type { ContactPoint, JsonObject } from "../grafana-api/objects.ts";
import { canonical } from "../grafana-api/objects.ts";
import type { Identity } from "../model/identity.ts";
import { type Notifications, SECRET } from "../model/notifications.ts";
import { secret } from "./secrets.ts";

type ReceiverType = "webhook" | "telegram" | "slack" | "discord" | "email";

/** The scaler's webhook, and the operator's own receivers under one name. Secrets are references. */
export function contactPoints(
  identity: Identity,
  webhookUrl: string,
  notifications: Notifications,
): readonly ContactPoint[] {
  const toScaler = contactPoint(identity.uid("scaler"), identity.scalerReceiver, "webhook", {
    url: webhookUrl,
    httpMethod: "POST",
    maxAlerts: 0,
    authorization_scheme: "Bearer",
    authorization_credentials: secret(SECRET.webhookToken),
    // Grafana signs "<timestamp>:<body>" with HMAC-SHA256 and sends lower-case hex.
    hmacConfig: {
      secret: secret(SECRET.webhookHmac),
      header: SIGNATURE_HEADER,
      timestampHeader: TIMESTAMP_HEADER,
    },
  });
  const toPeople = Object.entries(peopleSettings(notifications)).map(([type, settings]) =>
    contactPoint(identity.uid(type), identity.operatorReceiver, type as ReceiverType, settings),
  );
  return [toScaler, ...toPeople];
}

function peopleSettings({
  telegram,
  slack,
  discord,
  email,
  webhook,
}: Notifications): Readonly<Partial<Record<ReceiverType, JsonObject>>> {
  return {
    ...(discord && { discord: { url: secret(SECRET.discordUrl) } }),
    ...(email && { email: { addresses: email.addresses.join(";"), singleEmail: true } }),
    ...(slack && { slack: { url: secret(SECRET.slackUrl) } }),
    ...(telegram && { telegram: { bottoken: secret(SECRET.telegramToken), chatid: telegram.chatId } }),
    ...(webhook && {
      webhook: {
        url: webhook.url,
        httpMethod: "POST",
        ...(webhook.bearerToken === undefined
          ? {}
          : {
              authorization_scheme: "Bearer",
              authorization_credentials: secret(SECRET.contactToken),
            }),
      },
    }),
  };
}

function contactPoint(uid: string, name: string, type: ReceiverType, settings: JsonObject): ContactPoint {
  const built = new ContactPointBuilder()
    .uid(uid)
    .name(name)
    .type(type)
    .settings(settings)
    .disableResolveMessage(false)
    .build();
  return canonical(built) as ContactPoint;
}
