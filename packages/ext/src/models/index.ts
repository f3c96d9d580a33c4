export { costOf, type Priced, type PricedBySource, type UsedTokens } from "./cost-of.ts";
export { model, type ModelOptions } from "./model.ts";
export { parseModelName, type ParsedModelName } from "./parse-model-name.ts";
export type { ModelPreset } from "./presets/preset.ts";
export { MODEL_PRESETS } from "./presets/table.ts";
export { ModelClientError, type ModelErrorCode, type ModelErrorContext } from "./model-client-error.ts";
