import { startServer, type ScriptedAnswer, type TrafficRequest } from "@tesserae/tessen/serve";
import { scriptedAnswer } from "./answer.ts";
import { readConversation } from "./conversation.ts";

/** A model behind HTTP whose answers are a program. */
export interface ScriptedModelServer {
  /** What a client takes as its base URL: `http://127.0.0.1:PORT/v1`. */
  readonly baseUrl: string;
  close(): Promise<void>;
}

/** What {@link startScriptedModel} may be told. */
export interface ScriptedModelOptions {
  /** Called with the body of each chat completion before it is answered. A promise makes the answer wait. */
  readonly onRequest?: (body: string) => void | Promise<void>;
}

/**
 * Serves the scripted model of the demo on a free port of 127.0.0.1, in OpenAI's protocol: chat completions, streamed or
 * not. The server is the one of `tessen serve`, which counts tokens by an estimate.
 */
export async function startScriptedModel({ onRequest }: ScriptedModelOptions = {}): Promise<ScriptedModelServer> {
  const server = await startServer({
    script: answer,
    // Nobody looks at them.
    keepRequests: 0,
    onRequest: async ({ protocol, bytes }) => {
      if (protocol === "openai-chat") await onRequest?.(new TextDecoder().decode(bytes));
    },
  });
  return { baseUrl: `${server.url}/v1`, close: () => server.close() };
}

function answer({ protocol, body }: TrafficRequest): ScriptedAnswer | undefined {
  if (protocol !== "openai-chat") return undefined;
  const conversation = readConversation(body);
  if (conversation === undefined) return { fault: "400", text: "The body is no chat completion request." };
  return (
    scriptedAnswer(conversation) ?? {
      fault: "400",
      text: "The scripted model knows the conversation of `tesserae demo` only. For other tasks set a key, such as OPENAI_API_KEY, or start Ollama.",
    }
  );
}
