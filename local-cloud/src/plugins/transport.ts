/** One hop: the inputs of a `connection` of @pulumi/command. */
export interface Login {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly privateKey: string;
  /** One line `type base64`; absent: any host key is taken. */
  readonly hostKey?: string;
  /** Tries before giving up; below 0: for ever. */
  readonly dialErrorLimit: number;
  readonly perDialTimeoutSeconds: number;
}

export interface Connection extends Login {
  readonly proxy?: Login;
}

export interface CommandResult {
  /** Undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** How the command provider runs commands: on machines, and where Pulumi runs. */
export interface Transport {
  runHere(command: readonly string[], environment: Readonly<Record<string, string>>): Promise<CommandResult>;
  /** @throws when the machine cannot be reached; a command that fails is a result. */
  run(connection: Connection, command: string, stdin: string): Promise<CommandResult>;
  copy(connection: Connection, localPath: string, remotePath: string): Promise<void>;
}
