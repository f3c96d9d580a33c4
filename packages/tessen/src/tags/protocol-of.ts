import type { TaggedProtocol } from "./tagged-call.ts";

/**
 * The format of a recorded call's bodies, from its provider and surface (`messages.create`, `chat_stream`, …), as
 * events of every version and of Python's tessen name them. `unknown` for what is no answer of a model, such as
 * embeddings.
 */
export function protocolOf(provider: string, surface: string): TaggedProtocol {
  if (provider === "mistral" && (surface.startsWith("chat.") || surface === "fim.complete")) return "mistral";
  if (provider === "cohere") return COHERE_SURFACES.has(surface) ? "cohere" : "unknown";
  if (provider === "ollama" && OLLAMA_SURFACES.has(surface)) return "ollama";
  if (surface.startsWith("messages.")) return "anthropic";
  if (surface.startsWith("chat.completions.") || surface === "completions.create") return "openai-chat";
  if (surface.startsWith("responses.")) return "openai-responses";
  if (surface.startsWith("models.generate_content")) return "gemini";
  return "unknown";
}

const COHERE_SURFACES: ReadonlySet<string> = new Set(["chat", "chat_stream", "generate"]);
const OLLAMA_SURFACES: ReadonlySet<string> = new Set(["chat", "chat_stream", "generate"]);
