import { ValueError, imageToBytes, isImage, type RequestUsage } from "@tesserae/core";
import type { Response, TaskResult } from "../base/task.ts";
import { isStreamItem } from "../messages/is-stream-item.ts";
import { messageText } from "../messages/message-text.ts";
import { contentToStr } from "../text/model-content.ts";
import type { ChatMessage, ModelClientStreamingChunkEvent, StreamItem } from "../messages/types.ts";
import type { UserInputManager } from "./user-input-manager.ts";

/** How a {@link Console} prints. */
export interface ConsoleOptions {
  /** Never show images in the terminal. Default false: they are shown where the terminal can. */
  readonly noInlineImages?: boolean | undefined;
  /** Print tokens after each message and a summary at the end. Default false. */
  readonly outputStats?: boolean | undefined;
  /** Told of every request for input that was seen. */
  readonly userInputManager?: UserInputManager | undefined;
  /** `"source"` prints only the sender in headers. Default `"class"`: class and sender. */
  readonly headers?: "class" | "source" | undefined;
  /** Where the text goes. Default: standard output. */
  readonly write?: ((text: string) => void) | undefined;
}

/**
 * Prints the stream of an agent or a team as it comes and gives its last item.
 * @throws ValueError when the stream ends without a result.
 */
export async function Console<T extends TaskResult | Response>(
  stream: AsyncIterable<StreamItem | T>,
  options: ConsoleOptions = {},
): Promise<T> {
  const printer = new Printer(options);
  let last: T | undefined;
  for await (const item of stream) {
    if (isStreamItem(item)) {
      printer.item(item);
    } else {
      last = item;
      printer.end(item);
    }
  }
  if (last === undefined)
    throw new ValueError("No TaskResult or Response was processed: the stream ended without one.");
  return last;
}

interface Pieces {
  text: string;
  readonly id: string | undefined;
}

class Printer {
  readonly #options: ConsoleOptions;
  readonly #write: (text: string) => void;
  readonly #startedAt = Date.now();
  #prompt = 0;
  #completion = 0;
  /** The text and the message id of the pieces printed since the last whole message. */
  #streamed: Pieces | undefined;

  constructor(options: ConsoleOptions) {
    this.#options = options;
    this.#write = options.write ?? ((text) => void process.stdout.write(text));
  }

  item(item: StreamItem): void {
    if (item.type === "UserInputRequestedEvent") {
      this.#options.userInputManager?.notifyEventReceived(item.requestId);
    } else if (item.type === "ModelClientStreamingChunkEvent") {
      this.#chunk(item);
    } else {
      this.#whole(item, item.type);
    }
  }

  end(result: TaskResult | Response): void {
    if (result.type === "Response") this.#whole(result.chatMessage, undefined);
    else this.#endPieces();
    if (this.#options.outputStats === true) this.#summary(result);
  }

  #chunk({ content, fullMessageId, restarted, type, source }: ModelClientStreamingChunkEvent): void {
    // A resumed run begins an answer anew that was cut off; what stands there already is not part of it.
    if (restarted === true) this.#endPieces();
    if (this.#streamed === undefined) {
      this.#streamed = { text: "", id: fullMessageId };
      this.#header(type, source);
    }
    this.#streamed.text += content;
    this.#write(content);
  }

  /** Ends the line of the pieces that were printed last; gives them. */
  #endPieces(): Pieces | undefined {
    const streamed = this.#streamed;
    this.#streamed = undefined;
    if (streamed !== undefined) this.#write("\n");
    return streamed;
  }

  #whole(item: StreamItem, type: string | undefined): void {
    const streamed = this.#endPieces();
    const alreadyShown = streamed !== undefined && (streamed.id === item.id || streamed.text === messageText(item));
    if (!alreadyShown) {
      this.#header(type, item.source);
      this.#write(`${this.#text(item)}\n`);
    }
    this.#stats(item.modelsUsage);
  }

  #header(type: string | undefined, source: string): void {
    const title = type === undefined || this.#options.headers === "source" ? source : `${type} (${source})`;
    this.#write(`---------- ${title} ----------\n`);
  }

  #text(item: StreamItem | ChatMessage): string {
    if (item.type !== "MultiModalMessage" || !this.#showsImages()) return messageText(item);
    return item.content
      .map((part) => (isImage(part) ? inlineImage(imageToBytes(part)) : contentToStr([part])))
      .join("\n");
  }

  #showsImages(): boolean {
    return this.#options.noInlineImages !== true && process.env["TERM_PROGRAM"] === "iTerm.app" && process.stdout.isTTY;
  }

  #stats(usage: RequestUsage | undefined): void {
    if (usage === undefined) return;
    this.#prompt += usage.promptTokens;
    this.#completion += usage.completionTokens;
    if (this.#options.outputStats !== true) return;
    this.#write(`[Prompt tokens: ${usage.promptTokens}, Completion tokens: ${usage.completionTokens}]\n`);
  }

  #summary(result: TaskResult | Response): void {
    const lines =
      result.type === "TaskResult"
        ? [
            `Number of messages: ${result.messages.length}`,
            `Finish reason: ${result.stopReason ?? (result.status === "finished" ? "None" : result.status)}`,
          ]
        : [`Number of inner messages: ${result.innerMessages?.length ?? 0}`];
    const seconds = ((Date.now() - this.#startedAt) / 1000).toFixed(2);
    this.#write(
      [
        "---------- Summary ----------",
        ...lines,
        `Total prompt tokens: ${this.#prompt}`,
        `Total completion tokens: ${this.#completion}`,
        `Duration: ${seconds} seconds`,
        "",
      ].join("\n"),
    );
  }
}

/** The escape sequence with which iTerm2 shows an image in the text. */
function inlineImage(bytes: Uint8Array): string {
  const data = Buffer.from(bytes).toString("base64");
  return `\u001b]1337;File=inline=1;size=${bytes.length}:${data}\u0007\n`;
}
