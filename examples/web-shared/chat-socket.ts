/** A chat with a team over a web socket: the team may ask the user in the middle of its run. */
import {
  taskResultToJson,
  type BaseGroupChat,
  type InputFunction,
  type ThreadRecord,
  type ThreadStore,
} from "@tesserae/agentchat";
import { isObject, type JsonObject } from "@tesserae/core";
import { nextTask } from "./chat-handlers.ts";

/** What is served: a team that asks its user by this function, and where conversations are kept between its runs. */
export interface AttendedChat {
  readonly makeTeam: (inputFunc: InputFunction) => BaseGroupChat;
  readonly store: ThreadStore;
}

//#region socket
/**
 * One connection. The client sends `{"type": "task", "text": "…"}`, and gets every item of the run as JSON, the
 * `TaskResult` last; to `{"type": "input_request", "prompt": "…"}` it answers `{"type": "input", "text": "…"}`.
 */
export class ChatSocket {
  readonly #chat: AttendedChat;
  readonly #id: string;
  readonly #send: (message: JsonObject) => void;
  readonly #gone = new AbortController();
  #question: { readonly resolve: (text: string) => void; readonly reject: (error: Error) => void } | undefined;
  #running = false;
  #hasLeft = false;

  constructor(chat: AttendedChat, id: string, send: (data: string) => void) {
    this.#chat = chat;
    this.#id = id;
    this.#send = (message) => send(JSON.stringify(message));
  }

  /** The client has sent something. */
  receive(data: unknown): void {
    const { type, text } = parse(data);
    if (typeof text === "string" && type === "task" && !this.#running) void this.#run(text);
    else if (typeof text === "string" && type === "input" && this.#question !== undefined) this.#question.resolve(text);
    else this.#send({ type: "error", message: "Send a task, or the input that was asked for." });
  }

  /** The client has gone: a question to it fails, and with it the run; any other work is aborted. */
  close(): void {
    this.#hasLeft = true;
    if (this.#question === undefined) this.#gone.abort();
    else this.#question.reject(new Error("The user has left."));
  }

  async #run(text: string): Promise<void> {
    this.#running = true;
    try {
      const team = this.#chat.makeTeam((prompt) => this.#ask(prompt));
      const thread = team.thread(this.#id, { store: withoutQuestions(this.#chat.store) });
      for await (const item of thread.runStream(await nextTask(thread, text), { signal: this.#gone.signal })) {
        this.#send(item.type === "TaskResult" ? taskResultToJson(item, team.messages) : team.messages.toJson(item));
      }
    } catch (error) {
      this.#send({ type: "error", message: error instanceof Error ? error.message : String(error) });
    } finally {
      this.#running = false;
    }
  }

  async #ask(prompt: string): Promise<string> {
    if (this.#hasLeft) throw new Error("The user has left.");
    try {
      return await new Promise<string>((resolve, reject) => {
        this.#question = { resolve, reject };
        this.#send({ type: "input_request", prompt });
      });
    } finally {
      this.#question = undefined;
    }
  }
}
//#endregion

//#region history
/** Questions are for the eyes of the one who is asked, and no part of what was said. */
function withoutQuestions(store: ThreadStore): ThreadStore {
  const isSaid = ({ type }: ThreadRecord["messages"][number]): boolean => type !== "UserInputRequestedEvent";
  return {
    load: (id) => store.load(id),
    save: (id, record) => store.save(id, { ...record, messages: record.messages.filter(isSaid) }),
    delete: (id) => store.delete(id),
    list: () => store.list(),
  };
}
//#endregion

function parse(data: unknown): Record<string, unknown> {
  try {
    const json: unknown = typeof data === "string" ? JSON.parse(data) : undefined;
    return isObject(json) ? json : {};
  } catch {
    return {};
  }
}
