import { messageText, type StreamItem } from "@tesserae/agentchat";
import { harmless, styleFor, type Style } from "../cli/terminal.ts";

/** More of a tool's result is for `tesserae show`, or `--verbose`. */
const MOST_RESULT = 400;

/**
 * Writes a conversation for people as it streams: who speaks, what is said piece by piece, which tools are called and
 * what they give.
 */
export class ConversationPrinter {
  readonly #style: Style = styleFor(process.stdout);
  readonly #verbose: boolean;
  #speaker: string | undefined;
  /** The text and the message id of the pieces written since the last whole message. */
  #streamed: { text: string; id: string | undefined } | undefined;

  constructor(verbose: boolean) {
    this.#verbose = verbose;
  }

  /** Writes one item of a stream. */
  item(item: StreamItem): void {
    if (item.type === "ModelClientStreamingChunkEvent") {
      // The partial text on the screen was that of a call that is made again.
      if (item.restarted === true) this.#endStream();
      this.#head(item.source);
      this.#streamed ??= { text: "", id: item.fullMessageId };
      this.#streamed.text += item.content;
      process.stdout.write(harmless(item.content));
      return;
    }
    const streamed = this.#endStream();
    if (streamed !== undefined && (streamed.id === item.id || streamed.text === messageText(item))) return;
    if (item.type === "UserInputRequestedEvent") return;
    this.#head(item.source);
    this.#write(this.#text(item));
  }

  /** Ends a line that was begun. */
  end(): void {
    this.#endStream();
  }

  #text(item: StreamItem): string {
    const { dim, yellow, red } = this.#style;
    switch (item.type) {
      case "ToolCallRequestEvent":
        return item.content
          .map(({ name, arguments: args }) => yellow(harmless(`→ ${name}(${this.#short(args)})`)))
          .join("\n");
      case "ToolCallExecutionEvent":
        return item.content
          .map(({ content, isError }) => (isError ? red : dim)(harmless(`← ${this.#short(content)}`)))
          .join("\n");
      case "CodeExecutionEvent": {
        const { exitCode, output } = item.result;
        const head = yellow(`→ ran the program (exit code ${exitCode})`);
        return `${head}\n${(exitCode === 0 ? dim : red)(harmless(output.trimEnd()))}`;
      }
      default:
        return harmless(messageText(item));
    }
  }

  #short(text: string): string {
    return this.#verbose || text.length <= MOST_RESULT
      ? text
      : `${text.slice(0, MOST_RESULT)}… (${text.length} characters)`;
  }

  #head(source: string): void {
    if (source === this.#speaker) return;
    const { bold, cyan } = this.#style;
    const gap = this.#speaker === undefined ? "" : "\n";
    this.#speaker = source;
    process.stdout.write(`${gap}${bold(cyan(harmless(`---------- ${source} ----------`)))}\n`);
  }

  #write(text: string): void {
    process.stdout.write(`${text}\n`);
  }

  #endStream(): { readonly text: string; readonly id: string | undefined } | undefined {
    const streamed = this.#streamed;
    this.#streamed = undefined;
    if (streamed !== undefined) process.stdout.write("\n");
    return streamed;
  }
}
