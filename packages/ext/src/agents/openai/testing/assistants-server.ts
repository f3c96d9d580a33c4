import { isObject, type JsonObject } from "@tesserae/core";
import { json, type TestReply } from "../../../testing/test-reply.ts";
import { startTestServer, type TestRequest, type TestServer } from "../../../testing/test-server.ts";

/** What a look at a run shows: a status, calls that it waits for, or the text that it ends with. */
export type RunStep =
  | string
  | { readonly calls: readonly { readonly id: string; readonly name: string; readonly args: JsonObject }[] }
  | { readonly text: string }
  | { readonly end: string; readonly why: JsonObject };

interface Run {
  /** What it does yet; one that is over does nothing. */
  readonly steps: RunStep[];
  readonly body: JsonObject;
  /** How it has ended. */
  end: string;
}

/** The most entries of a page: lists have several of them. */
const PAGE = 2;
const USAGE = { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 };

/** The Assistants API as far as agents use it, with runs that go as they are told. */
export class AssistantsServer {
  /** What the next runs do. */
  readonly plans: RunStep[][] = [];
  /** The messages of the threads, oldest first. */
  readonly messages: JsonObject[] = [];
  readonly assistants: Map<string, JsonObject> = new Map();
  readonly files: Map<string, string> = new Map();
  readonly runs: Map<string, Run> = new Map();
  #server: TestServer | undefined;
  #resources: JsonObject | null = null;
  #numbers = new Map<string, number>();

  static async start(): Promise<AssistantsServer> {
    const made = new AssistantsServer();
    made.#server = await startTestServer((request) => made.#answer(request));
    return made;
  }

  get http(): TestServer {
    if (this.#server === undefined) throw new Error("The server is not started.");
    return this.#server;
  }

  get url(): string {
    return `${this.http.url}/v1`;
  }

  /** The requests so far: method, path and body, a form as its parts. */
  get asked(): readonly (readonly [request: string, body?: unknown])[] {
    return this.http.requests.map(({ method, path, body }) => {
      const line = `${method} ${path.slice(3)}`;
      if (body === undefined) return [line];
      return [line, typeof body === "string" ? formOf(body) : body];
    });
  }

  /** A message that is in the thread. */
  add(role: string, content: readonly JsonObject[]): void {
    this.messages.push({ id: this.#id("msg"), object: "thread.message", role, content });
  }

  close(): Promise<void> {
    return this.http.close();
  }

  #id(kind: string): string {
    const number = (this.#numbers.get(kind) ?? 0) + 1;
    this.#numbers.set(kind, number);
    return `${kind}_${number}`;
  }

  #answer({ method, path, body }: TestRequest): TestReply {
    const { pathname, searchParams } = new URL(path, "http://loopback");
    const [, kind = "", id = "", part = "", partId = "", action = ""] = pathname.slice(3).split("/");
    const given: JsonObject = isObject(body) ? (body as JsonObject) : {};
    if (kind === "assistants") return this.#assistant(method, id, given);
    if (kind === "files") return this.#file(method, id, body);
    if (kind === "vector_stores") return vectorStore(method, id, part);
    if (kind !== "threads") return notFound();
    if (part === "messages") return this.#message(method, partId, given, searchParams);
    if (part === "runs") return this.#run(method, id, partId, action, given);
    if (method === "POST" && id !== "") this.#resources = given["tool_resources"] as JsonObject;
    const made = id === "" ? this.#id("thread") : id;
    return json({ id: made, object: "thread", created_at: 0, metadata: {}, tool_resources: this.#resources });
  }

  #assistant(method: string, id: string, given: JsonObject): TestReply {
    if (method === "DELETE") return this.assistants.delete(id) ? gone(id) : notFound();
    const made = id === "" ? this.#id("asst") : id;
    const assistant = { object: "assistant", created_at: 0, model: "gpt-4o", tools: [], ...given, id: made };
    this.assistants.set(made, assistant);
    return json(assistant);
  }

  #file(method: string, id: string, body: unknown): TestReply {
    if (method === "DELETE") return this.files.delete(id) ? gone(id) : notFound();
    const made = this.#id("file");
    this.files.set(made, String(body));
    return json({
      id: made,
      object: "file",
      bytes: 1,
      created_at: 0,
      filename: "f",
      purpose: "assistants",
      status: "processed",
    });
  }

  #message(method: string, id: string, given: JsonObject, query: URLSearchParams): TestReply {
    if (method === "POST") {
      const active = this.#active();
      if (active !== undefined) return refused(`Can't add messages to thread_1 while a run ${active} is active.`);
      return json(this.#say(given));
    }
    const at = this.messages.findIndex((message) => message["id"] === id);
    if (method === "DELETE") {
      if (at < 0) return notFound();
      this.messages.splice(at, 1);
      return gone(id);
    }
    const ordered = query.get("order") === "desc" ? this.messages.toReversed() : this.messages;
    const from = ordered.findIndex((message) => message["id"] === query.get("after")) + 1;
    const page = ordered.slice(from, from + Math.min(PAGE, Number(query.get("limit"))));
    const more = from + page.length < ordered.length;
    return json({
      object: "list",
      data: page.map((message) => ({ ...message, thread_id: "thread_1", created_at: 0, status: "completed" })),
      first_id: page[0]?.["id"] ?? null,
      last_id: page.at(-1)?.["id"] ?? null,
      has_more: more,
    });
  }

  #say({ content }: Readonly<Record<string, unknown>>): JsonObject {
    const parts = typeof content === "string" ? [{ type: "text", text: { value: content, annotations: [] } }] : content;
    this.add("user", Array.isArray(parts) ? parts : []);
    return this.messages.at(-1) ?? {};
  }

  /** The last run, if it is not over. */
  #active(): string | undefined {
    const [id, latest] = [...this.runs].at(-1) ?? [];
    return latest === undefined || latest.steps.length === 0 ? undefined : id;
  }

  #run(method: string, thread: string, id: string, action: string, given: JsonObject): TestReply {
    const shown = (run: string, state: JsonObject): TestReply =>
      json({ id: run, object: "thread.run", thread_id: thread, created_at: 0, model: "gpt-4o", usage: null, ...state });
    if (method === "POST" && id === "") {
      if (this.#active() !== undefined) return refused(`Thread ${thread} already has an active run.`);
      const { additional_messages: messages = [] } = given;
      for (const message of Array.isArray(messages) ? messages : []) if (isObject(message)) this.#say(message);
      const made = this.#id("run");
      this.runs.set(made, { steps: this.plans.shift() ?? [{ text: "Done" }], body: given, end: "expired" });
      return shown(made, { status: "queued" });
    }
    if (id === "") {
      const latest = [...this.runs.keys()].slice(-1);
      return json({
        object: "list",
        data: latest.map((run) => ({ id: run, ...this.runs.get(run)?.body })),
        has_more: false,
      });
    }
    const run = this.runs.get(id);
    if (run === undefined) return notFound();
    if (action === "cancel") {
      if (run.steps.length === 0) return refused(`Cannot cancel run with status '${run.end}'.`);
      run.steps.splice(0, Infinity, "cancelling", { end: "cancelled", why: {} });
      return shown(id, { status: "cancelling" });
    }
    if (action === "submit_tool_outputs") {
      const [step] = run.steps;
      if (typeof step !== "object" || !("calls" in step)) {
        return refused(`Runs in status "${typeof step === "string" ? step : run.end}" do not accept tool outputs.`);
      }
      run.steps.shift();
      return shown(id, { status: "in_progress" });
    }
    return shown(id, this.#look(run));
  }

  /** A step that waits for outputs, or that ends the run, stays. */
  #look(run: Run): JsonObject {
    const step = run.steps[0] ?? { end: run.end, why: {} };
    if (typeof step === "string") {
      run.steps.shift();
      return { status: step };
    }
    if ("calls" in step) {
      const calls = step.calls.map(({ id, name, args }) => ({
        id,
        type: "function",
        function: { name, arguments: JSON.stringify(args) },
      }));
      const action = { type: "submit_tool_outputs", submit_tool_outputs: { tool_calls: calls } };
      return { status: "requires_action", required_action: action };
    }
    run.steps.shift();
    run.end = "end" in step ? step.end : "completed";
    if ("end" in step) return { status: step.end, ...step.why };
    this.add("assistant", [{ type: "text", text: { value: step.text, annotations: [] } }]);
    return { status: "completed", usage: USAGE };
  }
}

function vectorStore(method: string, id: string, part: string): TestReply {
  if (method === "DELETE") return gone(id);
  if (part === "") return json({ id: "vs_1", object: "vector_store", created_at: 0, name: "", status: "completed" });
  const counts = { in_progress: 0, completed: 1, failed: 0, cancelled: 0, total: 1 };
  const batch = {
    id: "vsfb_1",
    object: "vector_store.files_batch",
    created_at: 0,
    vector_store_id: id,
    file_counts: counts,
  };
  return json({ ...batch, status: method === "POST" ? "in_progress" : "completed" });
}

function gone(id: string): TestReply {
  return json({ id, object: "deleted", deleted: true });
}

function refused(message: string): TestReply {
  return json({ error: { message, type: "invalid_request_error" } }, { status: 400 });
}

function notFound(): TestReply {
  return json({ error: { message: "There is no such thing.", type: "invalid_request_error" } }, { status: 404 });
}

/** The parts of a form by their names; of a file its name and content. */
function formOf(body: string): unknown {
  const parts = body.split(/--[\w-]+(?:\r\n|--)/).flatMap((part) => {
    const [, name, file, content] =
      /name="([^"]*)"(?:; filename="([^"]*)")?\r\n(?:[^\r\n]+\r\n)*\r\n([^]*)\r\n$/.exec(part) ?? [];
    return name === undefined ? [] : [[name, file === undefined ? content : { file, content }] as const];
  });
  return Object.fromEntries(parts);
}
