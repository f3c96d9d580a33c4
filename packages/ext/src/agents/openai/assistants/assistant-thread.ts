import {
  effect,
  imageToDataUri,
  isImage,
  plainContext,
  ValueError,
  type ContentPart,
  type CreateOptions,
  type EffectIo,
  type Json,
  type JsonObject,
  type RunContext,
} from "@tesserae/core";
import { idOf, type AssistantsApi } from "./assistants-api.ts";

/** What an assistant and its thread are made of. */
export interface ThreadOptions {
  /** The body of the request that makes the assistant. */
  readonly assistant: JsonObject;
  readonly assistantId: string | undefined;
  readonly threadId: string | undefined;
}

/** An assistant at the service and one thread with it; both are made, or asked for, when they are first needed. */
export class AssistantThread {
  readonly #api: AssistantsApi;
  readonly #body: JsonObject;
  /** Given from outside: not ours to delete. */
  #givenAssistant: string | undefined;
  #givenThread: string | undefined;
  #assistant: string | undefined;
  #thread: string | undefined;
  #initial: ReadonlySet<string> | undefined;

  constructor(api: AssistantsApi, { assistant, assistantId, threadId }: ThreadOptions) {
    this.#api = api;
    this.#body = assistant;
    this.#givenAssistant = assistantId;
    this.#givenThread = threadId;
  }

  get assistantId(): string | undefined {
    return this.#assistant ?? this.#givenAssistant;
  }

  get threadId(): string | undefined {
    return this.#thread ?? this.#givenThread;
  }

  /** What the thread held when it was first looked at. */
  get initialMessageIds(): readonly string[] {
    return [...(this.#initial ?? [])];
  }

  /** Whether the assistant was made here. */
  get isOwn(): boolean {
    return this.#assistant !== undefined && this.#givenAssistant === undefined;
  }

  /** Goes on with other ids; `initial` are the messages that a reset leaves, if that is known. */
  load(assistantId: string | undefined, threadId: string | undefined, initial: readonly string[]): void {
    this.#assistant = undefined;
    this.#thread = undefined;
    this.#givenAssistant = assistantId;
    this.#givenThread = threadId;
    this.#initial = threadId === undefined ? undefined : new Set(initial);
  }

  /** The assistant is there no more. */
  forgetAssistant(): void {
    this.#assistant = undefined;
  }

  /** Makes what is not there yet. Each step is an effect of the run. */
  async open(
    context: RunContext = plainContext(),
  ): Promise<{ readonly assistantId: string; readonly threadId: string }> {
    const [ask, body] = [this.#givenAssistant, this.#body];
    this.#assistant ??= await this.#effect(context, "assistant", ask ?? body, async (options) =>
      idOf(
        await (ask === undefined
          ? this.#api.post("/assistants", body, options)
          : this.#api.get(`/assistants/${ask}`, options)),
      ),
    );
    const thread = this.#givenThread;
    this.#thread ??= await this.#effect(context, "thread", thread ?? null, async (options) =>
      idOf(
        await (thread === undefined
          ? this.#api.post("/threads", {}, options)
          : this.#api.get(`/threads/${thread}`, options)),
      ),
    );
    const threadId = this.#thread;
    this.#initial ??= new Set(
      await this.#effect(context, "messages", threadId, async (options) => this.#messageIds(threadId, options)),
    );
    return { assistantId: this.#assistant, threadId };
  }

  /** Adds what a user says. */
  async add(context: RunContext, content: string | readonly ContentPart[]): Promise<void> {
    const { threadId } = await this.open(context);
    const encoded = typeof content === "string" ? content : content.map(encodePart);
    await this.#effect(context, "message", encoded, async (options) =>
      idOf(await this.#api.post(`/threads/${threadId}/messages`, { content: encoded, role: "user" }, options)),
    );
  }

  /** Deletes what came after the beginning. An effect of the run: a replay deletes nothing. */
  async reset(context: RunContext): Promise<void> {
    const threadId = this.threadId;
    if (threadId === undefined) return;
    await this.open(context);
    await this.#effect(context, "reset", threadId, async (options) => {
      for (const id of await this.#messageIds(threadId, options)) {
        if (this.#initial?.has(id) !== true) await this.#api.delete(`/threads/${threadId}/messages/${id}`, options);
      }
      return null;
    });
  }

  async #messageIds(threadId: string, options: CreateOptions): Promise<readonly string[]> {
    return (await this.#api.list(`/threads/${threadId}/messages`, options)).map(idOf);
  }

  #effect<T extends Json>(
    context: RunContext,
    name: string,
    request: Json,
    perform: (options: CreateOptions) => Promise<T>,
  ): Promise<T> {
    return effect<T>(
      context,
      { kind: "assistants", name, repeat: "safe", request: () => request },
      ({ signal }: EffectIo) => perform({ signal, context }),
    );
  }
}

function encodePart(part: ContentPart): JsonObject {
  if (typeof part === "string") return { text: part, type: "text" };
  if (isImage(part)) return { image_url: { url: imageToDataUri(part) }, type: "image_url" };
  const { fileId, url, mediaType } = part;
  if (mediaType.startsWith("image/") && url !== undefined) return { image_url: { url }, type: "image_url" };
  if (mediaType.startsWith("image/") && fileId !== undefined)
    return { image_file: { file_id: fileId }, type: "image_file" };
  throw new ValueError(`Unsupported content type: ${mediaType}. A thread takes texts and images; upload files.`, {
    code: "ERR_UNSUPPORTED_INPUT",
  });
}
