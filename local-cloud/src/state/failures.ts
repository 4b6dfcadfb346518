/** A refusal with the cloud's own text. The five shapes of its body: docs/api-facts.md#errors. */
export class CloudFailure extends Error {
  override readonly name = "CloudFailure";
  readonly statusCode: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(statusCode: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
    super(`answered ${statusCode}`);
    this.statusCode = statusCode;
    this.body = body;
    this.headers = headers;
  }
}

/** The VM service, when one of its rules is broken. */
export function vmRefusal(text: string, statusCode = 400): CloudFailure {
  return new CloudFailure(statusCode, { errors: { Error: text } });
}

/** The VM service, when parameters are wrong: one text a field. */
export function invalidFields(errors: Readonly<Record<string, string>>): CloudFailure {
  return new CloudFailure(400, { errors });
}

/** Gateway, network service, addresses, disks. */
export function messageFailure(statusCode: number, message: string): CloudFailure {
  return new CloudFailure(statusCode, { message });
}

export function unknownVm(
  uuid: string,
  { unknownVmText }: { readonly unknownVmText: "documented" | "live" },
): CloudFailure {
  const mark = unknownVmText === "documented" ? "." : ":";
  return vmRefusal(`No such virtual machine exists${mark} ${uuid}`);
}

export function unknownNetwork(): CloudFailure {
  return messageFailure(400, "Network UUID is invalid.");
}

export function unknownAddress(address: string): CloudFailure {
  return messageFailure(404, `Ip address ${address} was not found.`);
}

export function unknownRoute(): CloudFailure {
  return messageFailure(404, "no route and no API found with those values");
}

/** Another operation holds the VM. The body is a guess: no source records it. */
export function lockedVm(uuid: string): CloudFailure {
  return vmRefusal(`Virtual machine ${uuid} is locked by another operation.`, 409);
}

/** The network service, for an unhandled failure: Spring's default body. */
export function serviceFailure(
  statusCode: number,
  error: string,
  at: { readonly path: string; readonly nowMs: number; readonly message?: string },
  headers: Readonly<Record<string, string>> = {},
): CloudFailure {
  const { path, nowMs, message = "" } = at;
  const timestamp = new Date(nowMs).toISOString();
  return new CloudFailure(statusCode, { timestamp, status: statusCode, error, message, path }, headers);
}
