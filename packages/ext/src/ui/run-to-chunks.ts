import { messageText, type StreamItem, type TaskResult } from "@tesserae/agentchat";
import { imageToDataUri, isObject, type FilePart, type Image } from "@tesserae/core";
import { ToolCallIds } from "./tool-call-ids.ts";
import type { UIMessageChunk } from "./ui-message-chunk.ts";

/**
 * Turns the items of a run into the chunks of one message for a user interface. Each stretch of one agent is a step that
 * begins with a part `data-agent`, which has the agent's name.
 */
export class RunToChunks {
  readonly #events: boolean;
  readonly #calls = new ToolCallIds();
  #agent: string | undefined;
  /** The text part that is being written. */
  #text: string | undefined;
  /** The texts of which pieces were sent: agents that speak at once take turns, and each text may have several parts. */
  readonly #begun = new Set<string>();
  #restarts = 0;
  /** What agents and teams that are tools were asked to do: it is shown as the input of the call. */
  readonly #tasks: string[] = [];

  /** @param events whether what has no part of its own is sent as `data-event`. */
  constructor(events: boolean) {
    this.#events = events;
  }

  /** The chunks for an item. */
  item(item: StreamItem): readonly UIMessageChunk[] {
    // A task that is shown again: whoever wrote it has it.
    if (this.#agent === undefined && item.source === "user") return [];
    if (this.#isTaskOfCall(item)) return [];
    // A step ends only after the texts in it.
    const closing = item.source === this.#agent ? [] : this.#endText();
    const chunks = this.#partsOf(item);
    return chunks.length === 0 ? closing : [...closing, ...this.#enter(item.source), ...chunks];
  }

  /** The last chunks. */
  end(result: TaskResult): readonly UIMessageChunk[] {
    const closing = this.#leave();
    if (result.status === "aborted") return [...closing, { type: "abort" }];
    // What went wrong is told by the error that follows.
    if (result.status === "failed") return closing;
    const { status, stopReason = null, usage, cost } = result;
    return [
      ...closing,
      {
        type: "finish",
        finishReason: status === "finished" ? "stop" : "other",
        messageMetadata: {
          status,
          stopReason,
          usage: { inputTokens: usage.promptTokens, outputTokens: usage.completionTokens },
          cost: cost === undefined ? null : cost / 1e12,
        },
      },
    ];
  }

  /** True for the task of an agent or a team that is a tool: they show it as if a person had said it. */
  #isTaskOfCall(item: StreamItem): boolean {
    const at = item.type === "TextMessage" && item.source === "user" ? this.#tasks.indexOf(item.content) : -1;
    if (at >= 0) this.#tasks.splice(at, 1);
    return at >= 0;
  }

  /** Ends what is open: the text part and the step. */
  #leave(): readonly UIMessageChunk[] {
    return this.#agent === undefined ? [] : [...this.#endText(), { type: "finish-step" }];
  }

  #enter(agent: string): readonly UIMessageChunk[] {
    if (agent === this.#agent) return [];
    const closing: readonly UIMessageChunk[] = this.#agent === undefined ? [] : [{ type: "finish-step" }];
    this.#agent = agent;
    return [...closing, { type: "start-step" }, { type: "data-agent", data: { name: agent } }];
  }

  #partsOf(item: StreamItem): readonly UIMessageChunk[] {
    switch (item.type) {
      case "ModelClientStreamingChunkEvent":
        return this.#piece(item.fullMessageId, item.content, item.restarted === true);
      case "ThoughtEvent":
        return [...this.#endText(), ...whole("reasoning", item.id, item.content)];
      case "ToolCallRequestEvent":
        this.#tasks.push(...item.content.flatMap(({ arguments: args }) => taskIn(args)));
        return [...this.#endText(), ...item.content.map((call) => this.#calls.input(item.source, call))];
      case "ToolCallExecutionEvent":
        return [...this.#endText(), ...item.content.map((result) => this.#calls.output(item.source, result))];
      case "MultiModalMessage":
        return [
          ...this.#endText(),
          ...item.content.flatMap((part, index): readonly UIMessageChunk[] =>
            typeof part === "string" ? whole("text", `${item.id}:${index}`, part) : fileChunks(part),
          ),
        ];
      case "HandoffMessage": {
        const { target, content } = item;
        return [...this.#endText(), { type: "data-handoff", data: { target, content } }];
      }
      case "UserInputRequestedEvent":
        return [...this.#endText(), { type: "data-input-request", data: { requestId: item.requestId } }];
      case "MemoryQueryEvent":
      case "SelectSpeakerEvent":
      case "SelectorEvent":
      case "CodeGenerationEvent":
      case "CodeExecutionEvent":
        return this.#events ? [...this.#endText(), { type: "data-event", data: eventOf(item) }] : [];
      default:
        return this.#message(item);
    }
  }

  /** A whole message; nothing but its end when its pieces were sent. */
  #message(item: StreamItem): readonly UIMessageChunk[] {
    const streamed = this.#begun.delete(partId(item.id, this.#restarts));
    const ending = this.#endText();
    return streamed ? ending : [...ending, ...whole("text", item.id, messageText(item))];
  }

  /** A piece of a message. Pieces that make no message (of the model that chooses a speaker) are not shown. */
  #piece(messageId: string | undefined, delta: string, restarted: boolean): readonly UIMessageChunk[] {
    if (messageId === undefined || delta === "") return [];
    if (restarted) this.#restarts += 1;
    const id = partId(messageId, this.#restarts);
    if (id === this.#text) return [{ type: "text-delta", id, delta }];
    const ending = this.#endText();
    this.#text = id;
    this.#begun.add(id);
    return [...ending, { type: "text-start", id }, { type: "text-delta", id, delta }];
  }

  #endText(): readonly UIMessageChunk[] {
    const id = this.#text;
    this.#text = undefined;
    return id === undefined ? [] : [{ type: "text-end", id }];
  }
}

/** The task in the arguments of a call, where there is one. */
function taskIn(args: string): readonly string[] {
  try {
    const given: unknown = JSON.parse(args);
    return isObject(given) && typeof given["task"] === "string" ? [given["task"]] : [];
  } catch {
    return [];
  }
}

/** A message that is written anew after a resume is another part: what was shown cannot be taken back. */
function partId(messageId: string, restarts: number): string {
  return restarts === 0 ? messageId : `${messageId}:${restarts}`;
}

/** An image or a file; one that lies only at the model's provider has no address to show. */
function fileChunks(part: Image | FilePart): readonly UIMessageChunk[] {
  const { mediaType } = part;
  if (part.type === "Image") return [{ type: "file", url: imageToDataUri(part), mediaType }];
  const url = part.base64 === undefined ? part.url : `data:${mediaType};base64,${part.base64}`;
  return url === undefined ? [] : [{ type: "file", url, mediaType }];
}

function whole(kind: "text" | "reasoning", id: string, delta: string): readonly UIMessageChunk[] {
  if (delta === "") return [];
  return [
    { type: `${kind}-start`, id },
    { type: `${kind}-delta`, id, delta },
    { type: `${kind}-end`, id },
  ];
}

function eventOf(item: StreamItem): { readonly type: string; readonly text: string } {
  return { type: item.type, text: messageText(item) };
}
