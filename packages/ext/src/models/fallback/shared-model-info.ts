import type { ChatCompletionClient, ModelInfo } from "@tesserae/core";

const OPTIONAL = ["multipleSystemMessages", "files", "audio", "reasoning"] as const;

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
    ...optional(infos),
    ...(windows.length === 0 ? {} : { contextWindow: Math.min(...windows) }),
  };
}

/** A flag that may be absent: false for all when it is for one, and known only where all know it. */
function optional(infos: readonly ModelInfo[]): Partial<ModelInfo> {
  const flags: Partial<Record<(typeof OPTIONAL)[number], boolean>> = {};
  for (const flag of OPTIONAL) {
    if (infos.some((info) => info[flag] === false)) flags[flag] = false;
    else if (infos.every((info) => info[flag] === true)) flags[flag] = true;
  }
  return flags;
}
