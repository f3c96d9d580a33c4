import {
  BufferedChatCompletionContext,
  HeadAndTailChatCompletionContext,
  TokenLimitedChatCompletionContext,
  UnboundedChatCompletionContext,
  ValueError,
  llmMessageFromJson,
  type ChatCompletionContext,
  type JsonObject,
} from "@tesserae/core";
import { numberIn, optionalList } from "./options.ts";
import type { World } from "./world.ts";

/** Makes the model context of `{"type": class name, …options}`. */
export function makeContext(spec: JsonObject, world: World): ChatCompletionContext {
  const initialMessages = optionalList(spec["initial_messages"])?.map((message) => llmMessageFromJson(message));
  const size = (key: string): number => numberIn(spec, key) ?? Number.NaN;
  switch (spec["type"]) {
    case "UnboundedChatCompletionContext":
      return new UnboundedChatCompletionContext({ initialMessages });
    case "BufferedChatCompletionContext":
      return new BufferedChatCompletionContext({ bufferSize: size("buffer_size"), initialMessages });
    case "HeadAndTailChatCompletionContext":
      return new HeadAndTailChatCompletionContext({
        headSize: size("head_size"),
        tailSize: size("tail_size"),
        initialMessages,
      });
    case "TokenLimitedChatCompletionContext":
      return new TokenLimitedChatCompletionContext({
        modelClient: world.model(spec["model"]),
        tokenLimit: numberIn(spec, "token_limit"),
        initialMessages,
      });
    default:
      throw new ValueError(`There is no model context of type ${JSON.stringify(spec["type"])}.`);
  }
}
