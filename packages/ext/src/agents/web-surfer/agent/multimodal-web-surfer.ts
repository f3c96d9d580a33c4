import {
  BaseChatAgent,
  MULTI_MODAL_MESSAGE,
  TEXT_MESSAGE,
  TurnKeeper,
  builtInMessages,
  contentToStr,
  removeImages,
  type ChatMessage,
  type MessageDefinition,
  type Response,
  type Turn,
} from "@tesserae/agentchat";
import { AssistantMessage, type ComponentDefinition, type JsonObject, type LLMMessage } from "@tesserae/core";
import { BrowserSession } from "../browser/browser-session.ts";
import { PlaywrightController } from "../playwright-controller.ts";
import { surferComponent } from "./component.ts";
import { NOT_KEPT } from "./lost-page.ts";
import { surferSettings, type MultimodalWebSurferOptions, type MultimodalWebSurferSettings } from "./options.ts";
import { SurfingTurn } from "./surfing-turn.ts";

/**
 * An agent with a web browser. In one turn it looks at the page, lets its model choose one tool, uses it, and answers with
 * what the page shows then: text and a picture. What goes wrong with a page is an answer that begins with
 * `Web surfing error`.
 *
 * The browser starts with the first turn and goes on until `close()`, which a program must call: without it the process
 * does not end.
 *
 * Pages are hostile: what they write reaches the model behind bars and in quotation marks, private networks and files are
 * out of bounds, and calls can be put to a person. None of this keeps a model from being talked into something: let it
 * surf without accounts, and in a container.
 */
export class MultimodalWebSurfer extends BaseChatAgent {
  static readonly component: ComponentDefinition<MultimodalWebSurfer> = surferComponent(
    (options) => new MultimodalWebSurfer(options),
  );

  /** The options, checked and completed. */
  readonly settings: MultimodalWebSurferSettings;
  readonly #controller: PlaywrightController;
  readonly #session: BrowserSession;
  /** Where the browser is thought to be: in a replay and after one there may be none. */
  #url: string | undefined;
  readonly #turns: TurnKeeper;

  constructor(options: MultimodalWebSurferOptions) {
    const settings = surferSettings(options);
    super({ name: options.name, description: settings.description });
    this.settings = settings;
    this.#turns = new TurnKeeper(options.name, settings.modelContext);
    const { animateActions, toResizeViewport, popupTimeoutMs, toSaveScreenshots, debugDir } = settings;
    this.#controller = new PlaywrightController({ animateActions, toResizeViewport, popupTimeoutMs });
    this.#session = new BrowserSession({
      ...settings,
      controller: this.#controller,
      screenshotFolder: toSaveScreenshots ? debugDir : undefined,
    });
  }

  override get producedMessageTypes(): readonly MessageDefinition[] {
    return [MULTI_MODAL_MESSAGE, TEXT_MESSAGE];
  }

  override respond(messages: readonly ChatMessage[], turn: Turn): Promise<Response> {
    const { modelContext } = this.settings;
    return this.#turns.take(messages, turn, async (open) => {
      if (!open.isCatchingUp) {
        for (const message of this.#modelMessages(messages, turn)) await modelContext.addMessage(message);
      }
      const surfing = new SurfingTurn({
        settings: this.settings,
        session: this.#session,
        controller: this.#controller,
        turn,
        open,
        url: this.#url,
        moved: (to) => (this.#url = to),
      });
      const response = await surfing.respond(await modelContext.getMessages());
      const { content } = turnContent(response);
      await modelContext.addMessage(AssistantMessage({ content, source: this.name }));
      return response;
    });
  }

  /** Forgets the conversation; the next turn begins at the start page. */
  override async onReset(): Promise<void> {
    await this.#turns.reset();
    this.#url = undefined;
    this.#session.forget();
  }

  /**
   * The conversation and the address. While a person is asked, the turn too, and in words what another process does not
   * find again: the page itself is not part of the state.
   */
  override async saveState(): Promise<JsonObject> {
    const kept = await this.#turns.save();
    return {
      type: "BaseState",
      version: "1.0.0",
      ...kept,
      ...(kept.open_turn === undefined ? {} : { not_kept: NOT_KEPT }),
      ...(this.#url === undefined ? {} : { url: this.#url }),
    };
  }

  override async loadState(state: JsonObject): Promise<void> {
    await super.loadState(state);
    const { llm_context: context = {}, url } = state;
    await this.#turns.load(state, context);
    this.#url = typeof url === "string" ? url : undefined;
    if (this.#url === undefined) this.#session.forget();
  }

  /** Closes the browser. A turn after that starts another one. */
  override async close(): Promise<void> {
    await this.#session.close();
  }

  /** What the model is told of messages; a handoff brings the context it carries, pictures stay out. */
  #modelMessages(messages: readonly ChatMessage[], turn: Turn): readonly LLMMessage[] {
    const registry = turn.messages ?? builtInMessages();
    return removeImages(
      messages.flatMap((message) => [
        ...(message.type === "HandoffMessage" ? message.context : []),
        registry.toModelMessage(message),
      ]),
    );
  }
}

function turnContent({ chatMessage }: Response): { readonly content: string } {
  const { content } = builtInMessages().toModelMessage(chatMessage);
  return { content: contentToStr(content) };
}
