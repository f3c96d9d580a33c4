import type { Json, JsonObject } from "@tesserae/core";

/** What a server says of a tool's nature. Hints: a server may be wrong, or lie. */
export interface McpToolAnnotations {
  readonly title?: string | undefined;
  readonly readOnlyHint?: boolean | undefined;
  readonly destructiveHint?: boolean | undefined;
  readonly idempotentHint?: boolean | undefined;
  readonly openWorldHint?: boolean | undefined;
}

/** A tool as a server lists it. */
export interface McpTool {
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  /** A JSON Schema of an object. */
  readonly inputSchema: JsonObject;
  readonly outputSchema?: JsonObject | undefined;
  readonly annotations?: McpToolAnnotations | undefined;
}

/** A part of what a server gives: `text`, `image`, `audio`, `resource` or `resource_link`, with what the protocol says of it. */
export interface McpContent {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** What a tool call gave. */
export interface McpCallToolResult {
  readonly content: readonly McpContent[];
  readonly isError?: boolean | undefined;
  readonly structuredContent?: Json | undefined;
}

/** A prompt as a server lists it. */
export interface McpPrompt {
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly arguments?:
    | readonly {
        readonly name: string;
        readonly description?: string | undefined;
        readonly required?: boolean | undefined;
      }[]
    | undefined;
}

/** A prompt, filled in. */
export interface McpGetPromptResult {
  readonly description?: string | undefined;
  readonly messages: readonly { readonly role: "user" | "assistant"; readonly content: McpContent }[];
}

/** A resource as a server lists it. */
export interface McpResource {
  readonly uri: string;
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly mimeType?: string | undefined;
}

/** Resources of one kind: an address with gaps. */
export interface McpResourceTemplate {
  readonly uriTemplate: string;
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly mimeType?: string | undefined;
}

/** What a resource holds: text, or bytes in base64. */
export interface McpResourceContents {
  readonly uri: string;
  readonly mimeType?: string | undefined;
  readonly text?: string | undefined;
  readonly blob?: string | undefined;
}

/** What a server said of itself when the session began. */
export interface McpInitializeResult {
  readonly protocolVersion: string;
  readonly serverInfo: { readonly name: string; readonly version: string };
  /** By name: `tools`, `prompts`, `resources`, … */
  readonly capabilities: { readonly [name: string]: unknown };
  readonly instructions?: string | undefined;
}

/** A place that a server may work in. */
export interface McpRoot {
  readonly uri: string;
  readonly name?: string | undefined;
}

/** What a server asks a model: the parameters of `sampling/createMessage`. */
export interface McpSamplingRequest {
  readonly messages: readonly { readonly role: string; readonly content: McpContent | readonly McpContent[] }[];
  readonly systemPrompt?: string | undefined;
  readonly maxTokens: number;
  readonly temperature?: number | undefined;
  readonly stopSequences?: readonly string[] | undefined;
}

/** What the model answered. */
export interface McpSamplingResult {
  readonly role: "assistant";
  readonly content: { readonly type: "text"; readonly text: string };
  readonly model: string;
  readonly stopReason?: string | undefined;
}

/** What a server asks a person: the parameters of `elicitation/create`. */
export interface McpElicitRequest {
  readonly message: string;
  /** A JSON Schema of an object of plain values. */
  readonly requestedSchema?: JsonObject | undefined;
}

/** What the person said. */
export interface McpElicitResult {
  readonly action: "accept" | "decline" | "cancel";
  readonly content?: { readonly [name: string]: string | number | boolean | readonly string[] } | undefined;
}
