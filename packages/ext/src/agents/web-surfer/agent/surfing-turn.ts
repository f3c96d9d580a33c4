import {
  MultiModalMessage,
  TextMessage,
  type ChatMessage,
  type OpenTurn,
  type Response,
  type Turn,
} from "@tesserae/agentchat";
import {
  addRequestUsage,
  callModel,
  callTool,
  createResultToJson,
  imageFromBase64,
  isObject,
  raceSignal,
  toolResultFromJson,
  toolResultToJson,
  toolResultToText,
  UserMessage,
  type CreateResult,
  type FunctionCall,
  type JsonObject,
  type LLMMessage,
  type RequestUsage,
} from "@tesserae/core";
import type { BrowserSession } from "../browser/browser-session.ts";
import type { PageFault, PageView, SeenPage } from "../browser/page-view.ts";
import type { PlaywrightController } from "../playwright-controller.ts";
import { PICTURE_TOKENS } from "./ask-about-page.ts";
import { readDecision, seenPage } from "./decision.ts";
import { PAGE_IS_NEW } from "./lost-page.ts";
import type { MultimodalWebSurferSettings } from "./options.ts";
import { actionPrompt } from "./prompts.ts";
import { describeState, quoted, withoutGaps } from "./quote-page.ts";
import { lookAtPage } from "./surf-effects.ts";
import { SurferWorkbench } from "./surfer-workbench.ts";
import { isSurferTool, toolsFor } from "./surfer-tools.ts";

const NO_PAGE_BEFORE = "So there is no page before it to go back to.";

/** What a turn works with. */
export interface SurfingTurnParts {
  readonly settings: MultimodalWebSurferSettings;
  readonly session: BrowserSession;
  readonly controller: PlaywrightController;
  readonly turn: Turn;
  readonly open: OpenTurn;
  /** Where the browser is thought to be; `undefined` for the start page. */
  readonly url: string | undefined;
  /** Remembers where it is. */
  readonly moved: (url: string) => void;
}

/** One turn of a surfer: look, let the model decide, do what it says, and look again. */
export class SurfingTurn {
  readonly #parts: SurfingTurnParts;
  #url: string | undefined;
  #usage: RequestUsage | undefined;

  constructor(parts: SurfingTurnParts) {
    this.#parts = parts;
    this.#url = parts.url;
  }

  /** The response; the messages are those of the conversation, the last one the request. */
  async respond(messages: readonly LLMMessage[]): Promise<Response> {
    const decision = readDecision(await this.#parts.open.answer(() => this.#decide(messages)));
    if ("fault" in decision) return this.#failed(decision.fault);
    const { seen, result } = decision;
    this.#at(seen.url);
    this.#use(result.usage);
    if (typeof result.content === "string") {
      await this.#show(result.content);
      return this.#answer(this.#text(result.content));
    }
    const [call, ...others] = result.content;
    if (call === undefined) return this.#failed("The model asked for a tool without saying which.");
    return this.#perform(call, others, seen);
  }

  /** Looks at the page and lets the model decide. */
  async #decide(messages: readonly LLMMessage[]): Promise<JsonObject> {
    const { vision } = this.#parts.settings.modelClient.modelInfo;
    const view = await this.#look(vision ? "marked" : "none", false);
    if ("fault" in view) return { fault: view.fault };
    return { seen: seenPage(view), result: createResultToJson(await this.#askModel(view, messages)) };
  }

  async #askModel(view: PageView, messages: readonly LLMMessage[]): Promise<CreateResult> {
    const { settings, turn } = this.#parts;
    const { modelClient, name } = settings;
    const tools = toolsFor(view);
    const prompt = actionPrompt(
      view,
      tools.map((tool) => tool.name),
      view.picture !== null,
    );
    const content = view.picture === null ? prompt : [prompt, imageFromBase64(view.picture)];
    const request = messages.at(-1) ?? UserMessage({ content: "Go on.", source: "user" });
    const asked = [UserMessage({ content, source: name }), request];
    let history = messages.slice(0, -1);
    const reserve = modelClient.modelInfo.vision ? PICTURE_TOKENS : 0;
    // What was said first is what a long conversation can best do without.
    while (history.length > 0 && modelClient.remainingTokens([...history, ...asked], { tools }) <= reserve) {
      history = history.slice(Math.ceil(history.length / 4));
    }
    const answering = callModel(turn.context, modelClient, [...history, ...asked], {
      purpose: "reply",
      agent: name,
      tools,
      toolChoice: "auto",
    });
    return raceSignal(answering, turn.context.signal);
  }

  async #perform(call: FunctionCall, others: readonly FunctionCall[], seen: SeenPage): Promise<Response> {
    const { settings, session, controller, open } = this.#parts;
    const args = argumentsOf(call);
    await this.#show(`${call.name}( ${args === undefined ? call.arguments : JSON.stringify(args)} )`);
    if (!isSurferTool(call.name)) {
      const names = toolsFor(seen).map((tool) => tool.name);
      return this.#failed(`There is no tool ${JSON.stringify(call.name)}. Choose one of ${names.join(", ")}.`);
    }
    if (args === undefined) return this.#failed(`The arguments of ${call.name} are no JSON object.`);
    // A turn that waited may go on in another process: the page is opened anew at its address.
    const lost = open.isCatchingUp && !session.shows(seen.url) ? [PAGE_IS_NEW] : [];
    if (lost.length > 0 && call.name === "history_back") return this.#failed([...lost, NO_PAGE_BEFORE].join(" "));
    const workbench = new SurferWorkbench({
      settings,
      session,
      controller,
      view: seen,
      addUsage: (usage) => this.#use(usage),
    });
    const kept = await open.result(0, () => this.#call(workbench, call, args));
    const done = toolResultFromJson(kept);
    const said = [toolResultToText(done), ...lost].join(" ");
    if (done.isError) return this.#failed(said);
    const ignored =
      others.length === 0
        ? []
        : [`I take one step at a time, so I left out: ${others.map(({ name }) => name).join(", ")}.`];
    if (workbench.toolTraits(call.name)?.composite === true) {
      return this.#answer(this.#text([said, ...ignored].join("\n\n")));
    }
    return this.#tellPage([said, ...ignored]);
  }

  async #call(workbench: SurferWorkbench, { id, name }: FunctionCall, args: JsonObject): Promise<JsonObject> {
    const { settings, turn, open: held } = this.#parts;
    const { context } = turn;
    const call = { name, arguments: args, callId: id, index: 0 };
    const calling = callTool(context, workbench, call, { agent: settings.name, policy: settings.toolPolicy, held });
    return toolResultToJson(await raceSignal(calling, context.signal));
  }

  /** What was done, and what the page shows then. */
  async #tellPage(told: readonly string[]): Promise<Response> {
    const { settings, turn } = this.#parts;
    const after = await this.#look("plain", true);
    if ("fault" in after) {
      return this.#failed(`${told[0] ?? ""} Then the page could not be looked at: ${after.fault}`);
    }
    const metadata =
      after.metadata === null ? [] : ["What the page says of itself for machines:", quoted(after.metadata)];
    const text = withoutGaps([...told, describeState(after, "The"), ...metadata].join("\n\n"));
    if (after.picture === null) return this.#answer(this.#text(text));
    const picture = imageFromBase64(after.picture);
    return this.#answer(
      MultiModalMessage(
        {
          content: [`${text}\n\nA picture of the page follows.`, picture],
          source: settings.name,
          modelsUsage: this.#usage,
        },
        turn.context,
      ),
    );
  }

  async #look(picture: "marked" | "plain" | "none", metadata: boolean): Promise<PageView | PageFault> {
    const { turn, session } = this.#parts;
    const view = await lookAtPage(turn.context, session, { url: this.#url, picture, metadata });
    this.#at("fault" in view ? (view.closed ? "about:blank" : this.#url) : view.url);
    return view;
  }

  #at(url: string | undefined): void {
    this.#url = url;
    if (url !== undefined) this.#parts.moved(url);
  }

  /** What went wrong with a page is an answer, from which the others can go on. */
  #failed(reason: string): Response {
    return this.#answer(this.#text(`Web surfing error: ${reason}`));
  }

  #text(content: string): ChatMessage {
    const { settings, turn } = this.#parts;
    return TextMessage({ content, source: settings.name, modelsUsage: this.#usage }, turn.context);
  }

  async #show(content: string): Promise<void> {
    const { settings, turn, open } = this.#parts;
    if (open.isCatchingUp) return;
    const item = TextMessage({ content, source: settings.name }, turn.context);
    open.shown.push(item);
    await turn.emit(item);
  }

  #answer(chatMessage: ChatMessage): Response {
    return { type: "Response", chatMessage, innerMessages: this.#parts.open.shown };
  }

  #use(usage: RequestUsage): void {
    this.#usage = this.#usage === undefined ? usage : addRequestUsage(this.#usage, usage);
  }
}

function argumentsOf({ arguments: text }: FunctionCall): JsonObject | undefined {
  try {
    const args: unknown = text.trim() === "" ? {} : JSON.parse(text);
    // What was parsed of JSON is JSON.
    return isObject(args) && !Array.isArray(args) ? (args as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
