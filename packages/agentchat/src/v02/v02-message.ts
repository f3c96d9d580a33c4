/** A part of the content of a 0.2 message. */
export type V02ContentPart =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "image_url"; readonly image_url: { readonly url: string; readonly detail?: string } };

/** A message of text, or of text and images. */
export interface V02ContentMessage {
  readonly content: string | readonly V02ContentPart[];
  readonly role: V02Role;
  readonly name: string;
}

/** A request of tool calls. */
export interface V02ToolCallMessage {
  readonly tool_calls: readonly {
    readonly id: string;
    readonly type: "function";
    readonly function: { readonly name: string; readonly arguments: string };
  }[];
  readonly role: "assistant";
  readonly content: null;
  readonly name: string;
}

/** The results of tool calls. */
export interface V02ToolResponseMessage {
  readonly tool_responses: readonly {
    readonly tool_call_id: string;
    readonly role: "tool";
    readonly content: string;
    readonly name: string;
  }[];
  readonly role: "tool";
  readonly content: string;
  readonly name: string;
}

/** Who a message is from, as a model is told. */
export type V02Role = "assistant" | "user" | "tool";

/** A message as AutoGen 0.2 keeps it in `chat_messages`: the shape of OpenAI's chat completions, with the agent's name. */
export type V02Message = V02ContentMessage | V02ToolCallMessage | V02ToolResponseMessage;
