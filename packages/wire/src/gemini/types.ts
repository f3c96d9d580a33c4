import type { Json, JsonObject } from "../json.ts";

/**
 * The wire types of Gemini's `generateContent`, as far as this project reads and writes them
 * (https://ai.google.dev/api/generate-content). Members that are not listed stay where they are.
 */
export interface GeminiRequest {
  readonly contents: readonly GeminiContent[];
  readonly systemInstruction?: { readonly parts: readonly GeminiPart[] };
  readonly tools?: readonly JsonObject[];
  readonly toolConfig?: {
    readonly functionCallingConfig: {
      readonly mode: "NONE" | "AUTO" | "ANY";
      readonly allowedFunctionNames?: readonly string[];
    };
  };
  readonly safetySettings?: readonly JsonObject[];
  readonly generationConfig?: {
    readonly temperature?: number;
    readonly topP?: number;
    readonly topK?: number;
    readonly maxOutputTokens?: number;
    readonly stopSequences?: readonly string[];
    readonly seed?: number;
    readonly responseMimeType?: string;
    readonly responseJsonSchema?: JsonObject;
    readonly thinkingConfig?: {
      readonly thinkingBudget?: number;
      readonly thinkingLevel?: string;
      readonly includeThoughts?: boolean;
    };
  };
}

/** What one side said. */
export interface GeminiContent {
  readonly role: "user" | "model";
  readonly parts: readonly GeminiPart[];
}

/** A part of a content. */
export interface GeminiPart {
  readonly text?: string;
  readonly thought?: boolean;
  readonly thoughtSignature?: string;
  readonly inlineData?: { readonly mimeType: string; readonly data: string };
  readonly functionCall?: { readonly id?: string; readonly name: string; readonly args?: JsonObject };
  readonly functionResponse?: { readonly id?: string; readonly name: string; readonly response: JsonObject };
}

/** A whole answer, and also each event of a streamed one. */
export interface GeminiResponse {
  readonly candidates?: readonly {
    readonly index?: number;
    readonly content?: { readonly role?: string; readonly parts?: readonly GeminiPart[] };
    readonly finishReason?: string;
    readonly groundingMetadata?: Json;
  }[];
  readonly promptFeedback?: { readonly blockReason?: string };
  readonly usageMetadata?: Readonly<Record<string, Json>>;
  readonly modelVersion?: string;
  readonly responseId?: string;
}
