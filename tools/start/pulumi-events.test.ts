import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { followEvents, parseEvent, type ResourceEvent } from "./pulumi-events.ts";

const urn =
  "urn:pulumi:local::idcloudhost-autoscaler::autoscaler:infra:LoadBalancer$pulumi-nodejs:dynamic/idcloudhost:Vm::lb-vm";

describe("parseEvent", () => {
  it.each([
    {
      when: "a create begins",
      line: { resourcePreEvent: { metadata: { op: "create", urn } } },
      expected: { kind: "started", resource: "Vm lb-vm", operation: "create" },
    },
    {
      when: "it is done",
      line: { resOutputsEvent: { metadata: { op: "create", urn } } },
      expected: { kind: "finished", resource: "Vm lb-vm", operation: "create" },
    },
    {
      when: "it failed",
      line: { resOpFailedEvent: { metadata: { op: "delete", urn } } },
      expected: { kind: "failed", resource: "Vm lb-vm", operation: "delete" },
    },
    {
      when: "nothing changes",
      line: { resourcePreEvent: { metadata: { op: "same", urn } } },
      expected: undefined,
    },
    { when: "it is another event", line: { summaryEvent: {} }, expected: undefined },
  ])("says what happens when $when", ({ line, expected }) => {
    expect(parseEvent(JSON.stringify(line))).toEqual(expected);
  });

  it("passes over a broken line", () => {
    expect(parseEvent('{"resourcePreEvent":')).toBeUndefined();
  });
});

describe("followEvents", () => {
  it("waits for the second half of a line and reads what came before the end", async () => {
    const directory = await mkdtemp(join(tmpdir(), "events-"));
    try {
      const file = join(directory, "events.log");
      const line = JSON.stringify({ resOutputsEvent: { metadata: { op: "create", urn } } });
      await writeFile(file, line.slice(0, 40));
      const seen: ResourceEvent[] = [];
      let finish: () => void = () => undefined;
      const following = followEvents(file, new Promise<void>((resolve) => (finish = resolve)), (event) =>
        seen.push(event),
      );

      await appendFile(file, `${line.slice(40)}\n`);
      finish();
      await following;

      expect(seen).toEqual([{ kind: "finished", resource: "Vm lb-vm", operation: "create" }]);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
