export { editorSchema } from "./editor-schema.ts";
export { type Field, fieldsOf } from "./fields.ts";
export { defaultsOf, type ParseOptions, parseShape } from "./parse-shape.ts";
export type { Shaped } from "./shaped.ts";
