/** A chat with a team over HTTP, written once on the web's `Request` and `Response`; frameworks only bring them. */
import { isEvent, resumeWith, type BaseGroupChat, type Task, type Thread, type ThreadStore } from "@tesserae/agentchat";
import { isObject } from "@tesserae/core";

//#region chat
/** What is served: a team, made anew for each request, and where its conversations are kept between them. */
export interface Chat {
  readonly makeTeam: () => BaseGroupChat;
  readonly store: ThreadStore;
}
//#endregion

//#region post
/** `POST /chats/ID` with `{"text": "…"}`: runs the team, and answers with what happens as server-sent events. */
export async function postMessage({ makeTeam, store }: Chat, id: string, request: Request): Promise<Response> {
  const body: unknown = await request.json().catch(() => undefined);
  const text = isObject(body) ? body["text"] : undefined;
  if (typeof text !== "string" || text.trim() === "") {
    return Response.json({ error: 'Send what you want to say: {"text": "…"}.' }, { status: 400 });
  }
  const thread = makeTeam().thread(id, { store });
  const stream = thread.runStream(await nextTask(thread, text), { signal: request.signal });
  // Proxies such as nginx hold events back unless they are told not to.
  return stream.toResponse({ headers: { "x-accel-buffering": "no" } });
}
//#endregion

//#region task
/** What the user says, given to the agent that asked for it when the last run ended with a handoff to the user. */
export async function nextTask(thread: Thread, text: string): Promise<Task> {
  const last = (await thread.messages()).findLast((item) => !isEvent(item));
  return last?.type === "HandoffMessage" && last.target === "user" ? resumeWith(text, last.source) : text;
}
//#endregion

/** `GET /chats/ID`: what was said so far. */
export async function getMessages({ store }: Pick<Chat, "store">, id: string): Promise<Response> {
  const record = await store.load(id);
  return Response.json(record?.messages ?? [], { headers: { "cache-control": "no-store" } });
}
