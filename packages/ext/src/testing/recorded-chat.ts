import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  AssistantMessage,
  audioPart,
  type ContentPart,
  type CreateOptions,
  filePart,
  FunctionExecutionResultMessage,
  imageFromDataUri,
  imageFromUrl,
  isObject,
  type Json,
  type JsonObject,
  type LLMMessage,
  providerTool,
  type ProviderToolForm,
  SystemMessage,
  type ToolSchema,
  UserMessage,
} from "@tesserae/core";
import { recordingsFolder, type RecordedInteraction, type Recording } from "./recorded-server.ts";

/** One recorded chat completion. */
export interface RecordedChat {
  /** File and place in it. */
  readonly name: string;
  /** The path of the base URL that leads to the recorded path. */
  readonly base: string;
  readonly interaction: RecordedInteraction;
  readonly request: JsonObject;
  readonly streamed: boolean;
}

/** Every recorded exchange of OpenAI's chat protocol, of all providers; none where the folder is not named. */
export function recordedChats(): RecordedChat[] {
  const folder = recordingsFolder();
  if (folder === undefined) return [];
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".json"));
  return files.sort().flatMap((file) => {
    const { interactions } = JSON.parse(readFileSync(join(folder, file), "utf8")) as Recording;
    return interactions.flatMap((interaction, place) => {
      const { pathname } = new URL(interaction.request.url);
      const { body } = interaction.request;
      if (!pathname.endsWith("/chat/completions") || !isObject(body)) return [];
      const base = pathname.slice(0, -"/chat/completions".length);
      return [{ name: `${file} #${place}`, base, interaction, request: body, streamed: body["stream"] === true }];
    });
  });
}

/** A recorded request in the words of our clients. */
export interface Conversation {
  readonly messages: readonly LLMMessage[];
  readonly options: CreateOptions;
}

const KNOWN: ReadonlySet<string> = new Set(["model", "messages", "stream", "stream_options", "tools", "tool_choice"]);

/** The conversation of a recorded request; `undefined` where our messages cannot say it (a developer's role, marks inside of a text). */
export function conversationOf(request: JsonObject): Conversation | undefined {
  const messages: LLMMessage[] = [];
  for (const message of listOf(request["messages"])) {
    const read = messageOf(message);
    if (read === undefined) return undefined;
    messages.push(read);
  }
  const tools = listOf(request["tools"]).map((tool) =>
    tool["type"] === "function"
      ? (tool["function"] as unknown as ToolSchema)
      : providerTool(tool as unknown as ProviderToolForm),
  );
  const rest = Object.fromEntries(Object.entries(request).filter(([key]) => !KNOWN.has(key)));
  const choice = request["tool_choice"];
  return {
    messages,
    options: {
      tools,
      toolChoice: choice === "required" || choice === "none" ? choice : "auto",
      extraCreateArgs: { extra_body: rest },
    },
  };
}

function messageOf(message: JsonObject): LLMMessage | undefined {
  const { role, content, tool_calls: calls, tool_call_id: callId } = message;
  switch (role) {
    case "system":
      return typeof content === "string" ? SystemMessage({ content }) : undefined;
    case "user": {
      if (typeof content === "string") return UserMessage({ content, source: "user" });
      const parts = listOf(content).map(partOf);
      return parts.includes(undefined)
        ? undefined
        : UserMessage({ content: parts.filter((part) => part !== undefined), source: "user" });
    }
    case "assistant": {
      if (typeof content === "object" && content !== null) return undefined;
      if (!Array.isArray(calls)) return AssistantMessage({ content: textOf(content), source: "assistant" });
      const asked = listOf(calls).map(({ id, function: called }) => ({
        ...(called as { name: string; arguments: string }),
        id: textOf(id),
      }));
      return AssistantMessage({
        content: asked,
        source: "assistant",
        ...(typeof content === "string" ? { thought: content } : {}),
      });
    }
    case "tool":
      return FunctionExecutionResultMessage({
        content: [{ content: textOf(content), name: "", callId: textOf(callId) }],
      });
    default:
      return undefined;
  }
}

function partOf(part: JsonObject): ContentPart | undefined {
  const { type, text, ...others } = part;
  // What is marked in a way of one provider's own has no place in our messages.
  if (type === "text") return Object.keys(others).length === 0 ? textOf(text) : undefined;
  const { image_url: image, file, input_audio: audio } = part;
  if (isObject(image)) {
    const url = textOf(image["url"]);
    return url.startsWith("data:image/") ? imageFromDataUri(url) : imageFromUrl(url);
  }
  if (isObject(audio)) {
    return audioPart({ base64: textOf(audio["data"]), mediaType: `audio/${textOf(audio["format"])}` });
  }
  const [, mediaType, base64] =
    /^data:([^;]+);base64,(.*)$/s.exec(isObject(file) ? textOf(file["file_data"]) : "") ?? [];
  if (mediaType === undefined || !isObject(file)) return undefined;
  return filePart({ mediaType, base64, name: textOf(file["filename"]) });
}

/** The value when it is text, else an empty one. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function listOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonObject[]) : [];
}
