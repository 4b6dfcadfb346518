/** `YYYY-MM-DD HH:MM:SS` in UTC without a zone, as the cloud writes it (docs/api-facts.md#time-stamps). */
export function cloudTime(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19).replace("T", " ");
}
