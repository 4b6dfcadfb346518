import type { CallFault } from "./fault.ts";

export const lateIp: CallFault = {
  kind: "late-ip",
  at: "call",
  summary: "lists the public address of a new VM only a while after the VM",
  numbers: { lagMs: 60_000 },
  operations: ["listFloatingIps"],
  arm: ({ lagMs = 0 }, { clock }) => ({
    after(answer) {
      const rows: unknown = JSON.parse(answer);
      if (!Array.isArray(rows)) return { kind: "replace", answer };
      const visible = rows.filter(
        (row) => row.name !== undefined || isOlder(row.created_at, clock.nowMs() - lagMs),
      );
      return { kind: "replace", answer: JSON.stringify(visible) };
    },
  }),
};

function isOlder(createdAt: unknown, thanMs: number): boolean {
  return Date.parse(`${String(createdAt).replace(" ", "T")}Z`) <= thanMs;
}
