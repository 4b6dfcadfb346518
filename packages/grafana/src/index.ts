export { applyObjects, readDifference, removeObjects } from "./apply-objects.ts";
export { type Ask, createAsk, GrafanaError, type GrafanaTarget } from "./client.ts";
export {
  type ContactPoint,
  canonical,
  type Dashboard,
  firstDifference,
  type GrafanaObjects,
  type Json,
  type JsonObject,
  type Rule,
  type RuleGroup,
} from "./objects.ts";
