/** `YYYY-MM-DD HH:MM:SS` in UTC, without saying so, as the cloud writes it. */
export function cloudTime(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19).replace("T", " ");
}
