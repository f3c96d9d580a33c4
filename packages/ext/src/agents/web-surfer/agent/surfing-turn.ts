import {
  MultiModalMessage,
  TextMessage,
  type ChatMessage,
  type Response,
  type StreamItem,
  type Turn,
} from "@tesserae/agentchat";
import {
  addRequestUsage,
  callModel,
  callTool,
  imageFromBase64,
  isObject,
  raceSignal,
  toolResultToText,
  UserMessage,
  type FunctionCall,
  type JsonObject,
  type LLMMessage,
  type RequestUsage,
} from "@tesserae/core";
import type { BrowserSession } from "../browser/browser-session.ts";
import type { PageFault, PageView } from "../browser/page-view.ts";
import type { PlaywrightController } from "../playwright-controller.ts";
import { PICTURE_TOKENS } from "./ask-about-page.ts";
import type { MultimodalWebSurferSettings } from "./options.ts";
import { actionPrompt } from "./prompts.ts";
import { describeState, quoted, withoutGaps } from "./quote-page.ts";
import { lookAtPage } from "./surf-effects.ts";
import { SurferWorkbench } from "./surfer-workbench.ts";
import { isSurferTool, toolsFor } from "./surfer-tools.ts";

/** What a turn works with. */
export interface SurfingTurnParts {
  readonly settings: MultimodalWebSurferSettings;
  readonly session: BrowserSession;
  readonly controller: PlaywrightController;
  readonly turn: Turn;
  /** Where the browser is thought to be; `undefined` for the start page. */
  readonly url: string | undefined;
  /** Remembers where it is. */
  readonly moved: (url: string) => void;
}

/** One turn of a surfer: look, let the model decide, do what it says, and look again. */
export class SurfingTurn {
  readonly #parts: SurfingTurnParts;
  readonly #inner: StreamItem[] = [];
  #url: string | undefined;
  #usage: RequestUsage | undefined;

  constructor(parts: SurfingTurnParts) {
    this.#parts = parts;
    this.#url = parts.url;
  }

  /** The response; the messages are those of the conversation, the last one the request. */
  async respond(messages: readonly LLMMessage[]): Promise<Response> {
    const { settings, turn } = this.#parts;
    const { modelClient, name } = settings;
    const { vision } = modelClient.modelInfo;
    const view = await this.#look(vision ? "marked" : "none", false);
    if ("fault" in view) return this.#failed(view.fault);

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
    const reserve = vision ? PICTURE_TOKENS : 0;
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
    const result = await raceSignal(answering, turn.context.signal);
    this.#use(result.usage);
    if (typeof result.content === "string") {
      await this.#show(result.content);
      return this.#answer(this.#text(result.content));
    }
    const [call, ...others] = result.content;
    if (call === undefined) return this.#failed("The model asked for a tool without saying which.");
    return this.#perform(call, others, view);
  }

  async #perform(call: FunctionCall, others: readonly FunctionCall[], view: PageView): Promise<Response> {
    const { settings, session, controller, turn } = this.#parts;
    const args = argumentsOf(call);
    await this.#show(`${call.name}( ${args === undefined ? call.arguments : JSON.stringify(args)} )`);
    if (!isSurferTool(call.name)) {
      const names = toolsFor(view).map((tool) => tool.name);
      return this.#failed(`There is no tool ${JSON.stringify(call.name)}. Choose one of ${names.join(", ")}.`);
    }
    if (args === undefined) return this.#failed(`The arguments of ${call.name} are no JSON object.`);
    const workbench = new SurferWorkbench({
      settings,
      session,
      controller,
      view,
      addUsage: (usage) => this.#use(usage),
    });
    const calling = callTool(
      turn.context,
      workbench,
      { name: call.name, arguments: args, callId: call.id, index: 0 },
      { agent: settings.name, policy: settings.toolPolicy },
    );
    const done = await raceSignal(calling, turn.context.signal);
    const said = toolResultToText(done);
    if (done.isError) return this.#failed(said);
    const ignored =
      others.length === 0
        ? []
        : [`I take one step at a time, so I left out: ${others.map(({ name }) => name).join(", ")}.`];
    if (workbench.toolTraits(call.name)?.composite === true) {
      return this.#answer(this.#text([said, ...ignored].join("\n\n")));
    }
    const after = await this.#look("plain", true);
    if ("fault" in after) return this.#failed(`${said} Then the page could not be looked at: ${after.fault}`);
    const metadata =
      after.metadata === null ? [] : ["What the page says of itself for machines:", quoted(after.metadata)];
    const text = withoutGaps([said, ...ignored, describeState(after, "The"), ...metadata].join("\n\n"));
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
    const { turn, session, moved } = this.#parts;
    const view = await lookAtPage(turn.context, session, { url: this.#url, picture, metadata });
    const url = "fault" in view ? (view.closed ? "about:blank" : this.#url) : view.url;
    this.#url = url;
    if (url !== undefined) moved(url);
    return view;
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
    const { settings, turn } = this.#parts;
    const item = TextMessage({ content, source: settings.name }, turn.context);
    this.#inner.push(item);
    await turn.emit(item);
  }

  #answer(chatMessage: ChatMessage): Response {
    return { type: "Response", chatMessage, innerMessages: this.#inner };
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
