import type { ChatCompletionClient, ModelInfo } from "@tesserae/core";

/** What all of the clients can do, whoever answers: flags that all have, the smallest window that is known. */
export function sharedModelInfo(clients: readonly ChatCompletionClient[]): ModelInfo {
  const infos = clients.map(({ modelInfo }) => modelInfo);
  const all = (flag: (info: ModelInfo) => boolean): boolean => infos.every(flag);
  const windows = infos.map(({ contextWindow }) => contextWindow).filter((window) => window !== undefined);
  const families = new Set(infos.map(({ family }) => family));
  const [family = "unknown"] = families;
  return {
    vision: all(({ vision }) => vision),
    functionCalling: all(({ functionCalling }) => functionCalling),
    jsonOutput: all(({ jsonOutput }) => jsonOutput),
    structuredOutput: all(({ structuredOutput }) => structuredOutput),
    family: families.size === 1 ? family : "unknown",
    ...several(infos),
    ...(windows.length === 0 ? {} : { contextWindow: Math.min(...windows) }),
  };
}

/** One that takes system messages only at the beginning decides; otherwise all must say that they take them anywhere. */
function several(infos: readonly ModelInfo[]): Pick<ModelInfo, "multipleSystemMessages"> {
  if (infos.some(({ multipleSystemMessages }) => multipleSystemMessages === false)) {
    return { multipleSystemMessages: false };
  }
  return infos.every(({ multipleSystemMessages }) => multipleSystemMessages === true)
    ? { multipleSystemMessages: true }
    : {};
}
