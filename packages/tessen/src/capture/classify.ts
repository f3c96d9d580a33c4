import type { Protocol } from "@tesserae/wire";

/** What is asked at an address. */
export interface Endpoint {
  /** The vendor's name of the operation, in snake case. */
  readonly surface: string;
  /** The format of the bodies, where it is one that can be read. */
  readonly protocol: Protocol | undefined;
}

type Row = readonly [pattern: RegExp, surface: string, protocol: Protocol | undefined];

const ROWS: readonly Row[] = [
  [/\/chat\/completions$/, "chat.completions.create", "openai-chat"],
  [/\/responses$/, "responses.create", "openai-responses"],
  [/\/messages$/, "messages.create", "anthropic"],
  [/\/messages\/count_tokens$/, "messages.count_tokens", "anthropic"],
  [/\/messages\/batches$/, "messages.batches.create", "anthropic"],
  [/\/fim\/completions$/, "fim.complete", "openai-chat"],
  [/\/completions$/, "completions.create", "openai-chat"],
  [/\/embeddings$/, "embeddings.create", "openai-chat"],
  [/\/moderations$/, "moderations.create", undefined],
  [/\/images\/generations$/, "images.generate", undefined],
  [/\/images\/edits$/, "images.edit", undefined],
  [/\/audio\/speech$/, "audio.speech.create", undefined],
  [/\/audio\/transcriptions$/, "audio.transcriptions.create", undefined],
  [/\/v1\/complete$/, "completions.create", undefined],
  [/:generateContent$/, "models.generate_content", "gemini"],
  [/:streamGenerateContent$/, "models.generate_content_stream", "gemini"],
  [/:embedContent$/, "models.embed_content", undefined],
  [/\/api\/chat$/, "chat", "ollama"],
  [/\/api\/generate$/, "generate", "ollama"],
  [/\/api\/embed(dings)?$/, "embed", undefined],
  [/\/v[12]\/chat$/, "chat", undefined],
  [/\/v[12]\/embed$/, "embed", undefined],
  [/\/v[12]\/rerank$/, "rerank", undefined],

  [/\/model\/[^/]+\/(invoke|invoke-with-response-stream|converse|converse-stream)$/, "invoke_model", undefined],
];

/** What a request asks of a model, by its method and its path without query; `undefined` when it asks nothing of one. */
export function modelEndpoint(method: string, path: string): Endpoint | undefined {
  if (method !== "POST" && method !== "post") return undefined;
  const row = ROWS.find(([pattern]) => pattern.test(path));
  return row === undefined ? undefined : { surface: row[1], protocol: row[2] };
}

/** What a method of an SDK's resource asks, by its name: `chat.completions.create`. */
export function endpointOfSurface(surface: string): Endpoint {
  return { surface, protocol: ROWS.find((row) => row[1] === surface)?.[2] };
}

/** The name of an operation that is no model's, for those who record everything: method and path. */
export function otherEndpoint(method: string, path: string): Endpoint {
  return { surface: `${method.toLowerCase()} ${path}`, protocol: undefined };
}
