import { RuntimeError, checkMethod, isObject, type ChatCompletionClient } from "@tesserae/core";

/** A client, or the name of a model such as `"openai/gpt-5"`. */
export type ModelClientLike = ChatCompletionClient | string;

/**
 * The client itself, or the client that a name stands for. Names are the business of `@tesserae/ext/models`, which is
 * loaded when the first name is met and need not be installed otherwise.
 */
export function modelClientFrom(value: ModelClientLike): ChatCompletionClient {
  if (typeof value !== "string") {
    checkMethod("modelClient", value ?? null, "create", 'a model client or a name such as "openai/gpt-5"');
    return value;
  }
  const make: unknown = Reflect.get(loadModels(value), "model");
  if (typeof make !== "function") throw new RuntimeError("This version of @tesserae/ext does not know models by name.");
  return make(value) as ChatCompletionClient;
}

function loadModels(name: string): object {
  const require = process.getBuiltinModule("node:module").createRequire(import.meta.url);
  try {
    return require("@tesserae/ext/models") as object;
  } catch (error) {
    const code = isObject(error) ? error["code"] : undefined;
    if (code !== "MODULE_NOT_FOUND" && code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new RuntimeError(
      `The model name "${name}" needs the package @tesserae/ext. Install it: npm install @tesserae/ext`,
      { cause: error },
    );
  }
}
