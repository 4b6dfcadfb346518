import type { AlertingEngine, Notifications } from "@autoscaler/alerting";
import type { Section } from "./config-reader.ts";

const URL_PATTERN = /^https?:\/\/[^\s/?#]+(\/[^\s?#]*)?$/;
const URL_SHAPE = "an http or https URL";
const SECRET_PATTERN = /^[\x21-\x7e]+$/;
const SECRET_SHAPE = "printable text without blanks; set it with `pulumi config set --secret --path`";

export function readAlertingEngine(grafana: Section, alerting: string, problems: string[]): AlertingEngine {
  const url = grafana.optionalText("url", URL_PATTERN, URL_SHAPE)?.replace(/\/+$/, "");
  const token = grafana.optionalText("token", SECRET_PATTERN, SECRET_SHAPE);
  const prometheusUrl = grafana.optionalText("prometheusUrl", URL_PATTERN, URL_SHAPE)?.replace(/\/+$/, "");
  const scalerUrl = grafana.optionalText("scalerUrl", URL_PATTERN, URL_SHAPE)?.replace(/\/+$/, "");
  grafana.refuseTheRest();
  if (url === undefined) {
    if (token ?? prometheusUrl ?? scalerUrl)
      problems.push("grafana.url is missing: the others are of no use without it");
    return alerting === "prometheus" ? { kind: "prometheus" } : { kind: "grafana" };
  }
  if (token === undefined) {
    problems.push("grafana.token is missing: make a service account with the role Admin and give its token");
  }
  return {
    kind: "external-grafana",
    url,
    token: token ?? "",
    ...(prometheusUrl === undefined ? {} : { prometheusUrl }),
    ...(scalerUrl === undefined ? {} : { scalerUrl }),
  };
}

/** Where the operator's alarms go. A part that is given must be whole. */
export function readNotifications(section: Section, problems: string[]): Notifications {
  const part = <T>(name: string, read: (part: Section) => T): T | undefined => {
    if (!section.has(name)) {
      section.take(name);
      return undefined;
    }
    const inner = section.section(name);
    const value = read(inner);
    inner.refuseTheRest();
    return value;
  };
  const needed = (from: Section, path: string, key: string, pattern: RegExp, shape: string): string => {
    if (!from.has(key)) problems.push(`notifications.${path}.${key} is missing`);
    return from.text(key, "", pattern, shape);
  };

  const telegram = part("telegram", (from) => ({
    botToken: needed(from, "telegram", "botToken", /^\d+:[\w-]+$/, "the token that BotFather gave"),
    chatId: needed(from, "telegram", "chatId", /^-?\d+$/, "the chat's number"),
  }));
  const slack = part("slack", (from) => ({
    webhookUrl: needed(from, "slack", "webhookUrl", /^https:\/\/\S+$/, "an https URL"),
  }));
  const discord = part("discord", (from) => ({
    webhookUrl: needed(from, "discord", "webhookUrl", /^https:\/\/\S+$/, "an https URL"),
  }));
  const email = part("email", (from) => {
    const addresses = from.texts(
      "addresses",
      [],
      /^[^\s,;@]+@[^\s,;@]+$/,
      "an address such as ops@example.com",
    );
    if (addresses.length === 0) problems.push("notifications.email.addresses is missing");
    const smtp = from.section("smtp");
    const user = smtp.optionalText("user", /^\S+$/, "text without blanks");
    const password = smtp.optionalText("password", /^[^\r\n]+$/, "one line of text");
    const server = {
      address: needed(smtp, "email.smtp", "address", /^[\w.-]+:\d+$/, "host:port"),
      from: needed(
        smtp,
        "email.smtp",
        "from",
        /^[^\s,;@]+@[^\s,;@]+$/,
        "an address such as alarm@example.com",
      ),
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
    };
    smtp.refuseTheRest();
    return { addresses, smtp: server };
  });
  const webhook = part("webhook", (from) => {
    const bearerToken = from.optionalText("bearerToken", SECRET_PATTERN, SECRET_SHAPE);
    return {
      url: needed(from, "webhook", "url", URL_PATTERN, URL_SHAPE),
      ...(bearerToken === undefined ? {} : { bearerToken }),
    };
  });
  section.refuseTheRest();
  return {
    ...(telegram && { telegram }),
    ...(slack && { slack }),
    ...(discord && { discord }),
    ...(email && { email }),
    ...(webhook && { webhook }),
  };
}
