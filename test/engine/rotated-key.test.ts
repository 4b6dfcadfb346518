import { API_KEY, createStack, nested, type Stack } from "./stack.ts";

const NEW_KEY = "engine-test-new-api-key-0123456789";

/** The key is in the configuration, and so in Pulumi's state: `refresh` and `destroy` take it from there. */
describe("an API key that was revoked", () => {
  jest.setTimeout(180_000);
  let stack: Stack;

  beforeAll(async () => {
    stack = await createStack({}, {});
    stack.project.configure(nested(stack.settings));
    await stack.project.run("config", "set", "--secret", "apiKey", API_KEY);
    await stack.run("up");
    await stack.rotateKey(NEW_KEY);
  });
  afterAll(() => stack?.close());

  it("stops a refresh with a sentence that says what to do, and loses nothing", async () => {
    await stack.project.run("config", "set", "--secret", "apiKey", NEW_KEY);
    const { exitCode, output } = await stack.project.run("refresh", "--yes", "--skip-preview");

    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/the API key is refused; after a change of it run `pulumi up`/);
    expect(output).not.toMatch(/\n\s+at /);
  });

  it("does not hinder a refresh that has the new one in its environment, nor a destroy", async () => {
    const environment = { IDCLOUDHOST_API_KEY: NEW_KEY };
    const refresh = ["refresh", "--yes", "--skip-preview", "--expect-no-changes"] as const;

    const { exitCode, output } = await stack.project.runWith(environment, ...refresh);
    expect(exitCode === 0 ? "" : output).toBe("");
    expect((await stack.state()).counts).toMatchObject({ vms: 3, ips: 2 });
    expect(await stack.project.runWith(environment, "destroy", "--yes", "--skip-preview")).toMatchObject({
      exitCode: 0,
    });
    expect((await stack.state()).counts).toMatchObject({ vms: 0, ips: 0, networks: 1, firewalls: 0 });
  });
});
