interface Thing {
  readonly uuid: string;
}

/**
 * Two runs of which one was killed may both have made a thing: a list does not show one that is being made. Of
 * those under a name, which is this stack's alone, the first stays and the others are removed.
 *
 * @param listed those of the name
 * @param made what was made just now, which a list that lags may not show
 * @param order what stays comes first
 * @returns what stays; undefined when there is none
 */
export async function withoutTwins<T extends Thing>(
  listed: readonly T[],
  made: T | undefined,
  { order, remove }: { readonly order: (a: T, b: T) => number; readonly remove: (twin: T) => Promise<void> },
): Promise<T | undefined> {
  const isListed = made === undefined || listed.some(({ uuid }) => uuid === made.uuid);
  const [kept, ...twins] = (isListed ? listed : [...listed, made]).toSorted(order);
  for (const twin of twins) await remove(twin);
  return kept;
}
