export { fromV02Message, fromV02Messages, type FromV02 } from "./from-v02-message.ts";
export { toV02Message } from "./to-v02-message.ts";
export type {
  V02ContentMessage,
  V02ContentPart,
  V02Message,
  V02Role,
  V02ToolCallMessage,
  V02ToolResponseMessage,
} from "./v02-message.ts";
