/** The fields that have a value, as `exactOptionalPropertyTypes` wants it. */
export function omitUndefined<T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
