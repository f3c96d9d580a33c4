import { isObject } from "@tesserae/core";

/** An item of a run, as a client sees it. */
export type Item = Readonly<Record<string, unknown>>;

/** Says something in a chat. */
export function post(url: string, id: string, text: string, signal?: AbortSignal): Promise<Response> {
  const init = { method: "POST", body: JSON.stringify({ text }), headers: { "content-type": "application/json" } };
  return fetch(`${url}/chats/${id}`, signal === undefined ? init : { ...init, signal });
}

/** The events of an answer as they come: the data of each, and `{ event, … }` for one with a name. */
export async function* eventsOf(response: Response): AsyncGenerator<Item> {
  let text = "";
  if (response.body === null) return;
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    const events = text.split("\n\n");
    text = events.pop() ?? "";
    for (const event of events) yield readEvent(event);
  }
}

/** All of them. */
export async function allEvents(response: Response): Promise<readonly Item[]> {
  const items: Item[] = [];
  for await (const item of eventsOf(response)) items.push(item);
  return items;
}

function readEvent(event: string): Item {
  const fields = new Map(
    event.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]),
  );
  const data = parse(fields.get("data") ?? "null");
  return fields.has("event") ? { event: fields.get("event"), ...data } : data;
}

function parse(text: string): Item {
  const json: unknown = JSON.parse(text);
  return isObject(json) ? json : {};
}

/** A web socket whose messages are read one by one. */
export class TestSocket {
  readonly #socket: WebSocket;
  readonly #items: Item[] = [];
  #wake: () => void = () => undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      this.#items.push(parse(String(data)));
      this.#wake();
    });
  }

  /** Connects to a chat with somebody at the other end. */
  static async open(url: string, id: string): Promise<TestSocket> {
    const socket = new WebSocket(`${url.replace("http", "ws")}/attended/${id}`);
    const test = new TestSocket(socket);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener("open", () => resolve());
      socket.addEventListener("error", () => reject(new Error("The socket did not open.")));
    });
    return test;
  }

  send(message: Item | string): void {
    this.#socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** The messages up to and including the first of this type. */
  async until(type: string): Promise<readonly Item[]> {
    for (;;) {
      const at = this.#items.findIndex((item) => item["type"] === type);
      if (at >= 0) return this.#items.splice(0, at + 1);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.addEventListener("close", () => resolve());
      this.#socket.close();
    });
  }
}
