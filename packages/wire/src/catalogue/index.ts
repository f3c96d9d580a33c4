export type { CatalogueModelInfo } from "./model-info.ts";
export type { ModelTraits } from "./family-rules.ts";
export type { ModelPrice, PriceTier } from "./model-price.ts";
export {
  DEFAULT_CONTEXT_WINDOW,
  ModelCatalogue,
  type CatalogueClient,
  type CatalogueModel,
  type ModelRegistration,
} from "./model-catalogue.ts";
export { OPENAI_POINTERS } from "./openai-models.ts";
export { PRICE_VERSION } from "./price-data.ts";
export type { PricedModel, PriceQuery } from "./price-table.ts";
