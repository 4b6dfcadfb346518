import * as pulumi from "@pulumi/pulumi";

type Methods<Inputs, Outputs> = Required<pulumi.dynamic.ResourceProvider<Inputs, Outputs>>;
/** An import, which has no `props` to read, does not reach a dynamic provider. */
type Provider<Inputs, Outputs> = Omit<Methods<Inputs, Outputs>, "read"> & {
  read(id: string, props: Outputs): Promise<pulumi.dynamic.ReadResult<Outputs>>;
};

/**
 * A provider whose text, which Pulumi keeps in its state, holds only how to load the real one. So the code
 * that runs is always today's, and the state stays small and free of secrets.
 *
 * The methods are put in place before the first `await`: Pulumi lets other calls at a provider while its
 * `configure` is still waiting, and silently skips a method that is not there.
 */
export function createShell<Inputs, Outputs>(
  load: () => Promise<{ readonly provider: Provider<Inputs, Outputs> }>,
): pulumi.dynamic.ResourceProvider<Inputs, Outputs> {
  const shell = {
    configure(request: pulumi.dynamic.ConfigureRequest) {
      const loaded = load().then(async ({ provider }) => {
        await provider.configure(request);
        return provider;
      });
      for (const name of ["check", "diff", "create", "read", "update", "delete"] as const) {
        const call = async (...all: [never, never, never]) => {
          try {
            return await (await loaded)[name](...all);
          } catch (error) {
            // Pulumi shows users the stack with every message.
            if (error instanceof Error) error.stack = error.message;
            throw error;
          }
        };
        Object.assign(this, { [name]: call });
      }
      return loaded;
    },
  };
  return shell as unknown as pulumi.dynamic.ResourceProvider<Inputs, Outputs>; // its other methods come later
}

interface ShellResourceOptions {
  readonly provider: pulumi.dynamic.ResourceProvider;
  readonly type: string;
  readonly name: string;
  readonly args: pulumi.Inputs;
  readonly opts: pulumi.CustomResourceOptions | undefined;
}

/**
 * A resource of ours. Whatever replaces it, `--replace` and `state taint` too, which do not ask its provider's
 * `diff`, deletes it first: a create takes over what has its unique name, and the deletion of "the original"
 * after that would delete what was just taken over.
 */
export abstract class ShellResource extends pulumi.dynamic.Resource {
  constructor({ provider, type, name, args, opts }: ShellResourceOptions) {
    super(provider, name, args, { ...opts, deleteBeforeReplace: true }, "idcloudhost", type);
  }
}
