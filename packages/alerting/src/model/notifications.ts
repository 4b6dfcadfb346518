/** Where the operator's alarms go besides Grafana's own list; every part is optional. */
export interface Notifications {
  readonly telegram?: { readonly botToken: string; readonly chatId: string };
  readonly slack?: { readonly webhookUrl: string };
  readonly discord?: { readonly webhookUrl: string };
  readonly email?: { readonly addresses: readonly string[]; readonly smtp: SmtpServer };
  readonly webhook?: { readonly url: string; readonly bearerToken?: string };
}

export interface SmtpServer {
  /** `host:port`. */
  readonly address: string;
  readonly from: string;
  readonly user?: string;
  readonly password?: string;
}

/** Names under which the secrets of contact points are known until they are put in their places. */
export const SECRET = {
  webhookToken: "webhook-token",
  webhookHmac: "webhook-hmac-key",
  telegramToken: "contact-telegram-token",
  slackUrl: "contact-slack-url",
  discordUrl: "contact-discord-url",
  contactToken: "contact-webhook-token",
  smtpPassword: "contact-smtp-password",
} as const;

/** The secrets of people's contact points, by the name of their credential. */
export function contactSecrets({
  telegram,
  slack,
  discord,
  email,
  webhook,
}: Notifications): Readonly<Record<string, string>> {
  const all: Readonly<Record<string, string | undefined>> = {
    [SECRET.telegramToken]: telegram?.botToken,
    [SECRET.slackUrl]: slack?.webhookUrl,
    [SECRET.discordUrl]: discord?.webhookUrl,
    [SECRET.contactToken]: webhook?.bearerToken,
    [SECRET.smtpPassword]: email?.smtp.password,
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

export function hasReceivers(notifications: Notifications): boolean {
  return Object.values(notifications).some((part) => part !== undefined);
}
