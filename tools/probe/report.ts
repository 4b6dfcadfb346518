import type { Finding } from "./questions.ts";

export interface ProbeResult {
  readonly location: string;
  readonly isReal: boolean;
  readonly steps: readonly { readonly name: string; readonly failure?: string }[];
  readonly findings: readonly Finding[];
  readonly leftCount: number;
}

/** Markdown that a user can send: without uuids, addresses and account numbers. */
export function renderReport(result: ProbeResult, date: string): string {
  const { location, isReal, steps, findings, leftCount } = result;
  const failed = steps.filter(({ failure }) => failure !== undefined);
  const lines = [
    `# Probe of ${isReal ? "IDCloudHost" : "the local cloud (dry run)"}, location ${location || "default"}, ${date}`,
    "",
    `Contract: ${steps.length - failed.length} of ${steps.length} steps passed.`,
    ...steps.map(
      ({ name, failure }) =>
        `- ${failure === undefined ? "ok" : "FAILED"}: ${name}${failure === undefined ? "" : ` (${failure})`}`,
    ),
    "",
    `Open questions: ${findings.filter(({ answer }) => answer !== undefined).length} of ${findings.length} answered.`,
    ...findings.map(({ question, answer, why }) => `- ${question}: ${answer ?? `not answered, ${why}`}`),
    "",
    `Left in the account: ${leftCount}.`,
  ];
  return `${withoutIds(lines.join("\n"))}\n`;
}

export function withoutIds(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, "<uuid>")
    .replaceAll(/\b\d{1,3}(\.\d{1,3}){3}\b/g, "<address>")
    .replaceAll(/([0-9a-f]{2}:){5}[0-9a-f]{2}/gi, "<mac>")
    .replaceAll(/\b\d{9,}\b/g, "<number>");
}
