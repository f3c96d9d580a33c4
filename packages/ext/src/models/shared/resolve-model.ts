import { type ModelInfo, modelInfoFromJson, modelInfoToJson, ValueError } from "@tesserae/core";
import type { CatalogueClient, ModelCatalogue, ModelTraits } from "@tesserae/wire/catalogue";
import { warnOnce } from "./warn.ts";

/** The capabilities of a model without its family: what AutoGen once called them. */
export type ModelCapabilities = Pick<ModelInfo, "vision" | "functionCalling" | "jsonOutput">;

/** What is known of a model whose client is made. */
export interface ModelQuery {
  readonly model: string;
  readonly catalogue: ModelCatalogue;
  readonly client: CatalogueClient;
  /** What the caller says the model can do: goes before the catalogue. */
  readonly modelInfo?: ModelInfo | undefined;
  readonly modelCapabilities?: ModelCapabilities | undefined;
}

/** A model as a client uses it. */
export interface ResolvedModel {
  /** The dated name that a pointer stands for, else the name itself: what the answer's model is compared with. */
  readonly resolvedName: string;
  readonly info: ModelInfo;
  /** Tokens of input and output together; `undefined` when nobody says. */
  readonly contextWindow: number | undefined;
  /** The most tokens of one answer; `undefined` when nobody says. */
  readonly maxOutputTokens: number | undefined;
  /** The info, with what the catalogue knows where the info does not say: what calls are checked against. */
  readonly abilities: ModelInfo;
  /** What else the catalogue knows of the model. */
  readonly traits: ModelTraits;
}

/**
 * What a model can do: as the caller says, else as the catalogue has it.
 *
 * @throws ValueError for a model that nobody knows, and for a model info with a key missing.
 */
export function resolveModel({ model, catalogue, client, modelInfo, modelCapabilities }: ModelQuery): ResolvedModel {
  if (modelInfo !== undefined && modelCapabilities !== undefined) {
    throw new ValueError("modelInfo and modelCapabilities are mutually exclusive: drop modelCapabilities.");
  }
  const known = catalogue.lookup(model, client);
  const given = modelCapabilities === undefined ? checkedInfo(modelInfo) : fromCapabilities(modelCapabilities);
  if (given === undefined && known === undefined) {
    throw new ValueError(
      `The model "${model}" is not known: say in modelInfo what it can do ` +
        "({ vision, functionCalling, jsonOutput, structuredOutput, family }), or check its name.",
    );
  }
  if (given === undefined && known?.inferred === true) {
    const text = `The model "${model}" is in no table: what it can do was inferred from its name. Pass modelInfo to be sure.`;
    warnOnce("TESSERAE_MODEL_INFERRED", text);
  }
  const info: ModelInfo | undefined = given ?? known?.info;
  if (info === undefined) throw new ValueError(`The model "${model}" is not known.`);
  // What a table says of a model's window holds whatever the caller says of its flags; the default of no table does not.
  const listed = known === undefined || (given !== undefined && known.inferred) ? undefined : known.contextWindow;
  return {
    resolvedName: known?.name ?? model,
    info,
    contextWindow: info.contextWindow ?? listed,
    maxOutputTokens: known?.maxOutputTokens,
    abilities: {
      ...info,
      // A model of the tables that does not see reads no documents either.
      files: info.files ?? (given === undefined && !info.vision ? false : undefined),
      audio: info.audio ?? (given === undefined ? known?.audio : undefined),
      reasoning: info.reasoning ?? known?.reasoning,
    },
    traits: known ?? {},
  };
}

/** The info as it is, once it is sure that no required key is missing: a caller may write JavaScript. */
function checkedInfo(info: ModelInfo | undefined): ModelInfo | undefined {
  if (info !== undefined) modelInfoFromJson(modelInfoToJson(info));
  return info;
}

function fromCapabilities(capabilities: ModelCapabilities): ModelInfo {
  warnOnce(
    "TESSERAE_DEPRECATED_OPTION",
    "The option modelCapabilities is deprecated: use modelInfo, which has a family too.",
  );
  const { vision, functionCalling, jsonOutput } = capabilities;
  return { vision, functionCalling, jsonOutput, structuredOutput: false, family: "unknown" };
}
