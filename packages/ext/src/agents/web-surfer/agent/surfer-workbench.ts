import {
  plainContext,
  textToolResult,
  type JsonObject,
  type RequestUsage,
  type ToolCallOptions,
  type ToolResult,
  type ToolSchema,
  type ToolTraits,
} from "@tesserae/core";
import { StatelessWorkbench } from "../../../shared/stateless-workbench.ts";
import type { BrowserSession } from "../browser/browser-session.ts";
import type { BrowserPage } from "../browser/browser-types.ts";
import type { SeenPage } from "../browser/page-view.ts";
import { searchAddress, typedAddress } from "../browser/surf-address.ts";
import { pause } from "../page/run-in-page.ts";
import { shortReason } from "../page/short-reason.ts";
import type { PlaywrightController } from "../playwright-controller.ts";
import { askAboutPage } from "./ask-about-page.ts";
import type { MultimodalWebSurferSettings } from "./options.ts";
import { inQuotes, targetName } from "./quote-page.ts";
import { SURFER_TOOLS, isSurferTool, toolsFor, type SurferToolName } from "./surfer-tools.ts";

/** What one turn's tools work with. */
export interface SurferBench {
  readonly settings: MultimodalWebSurferSettings;
  readonly session: BrowserSession;
  readonly controller: PlaywrightController;
  /** What the model has seen. */
  readonly view: SeenPage;
  /** Counts what a tool's model call used. */
  readonly addUsage: (usage: RequestUsage) => void;
}

/** What is done with a page, and how that is told; a page that opened takes the place of the one before. */
interface Action {
  readonly told: string;
  perform(page: BrowserPage, signal: AbortSignal | undefined): Promise<BrowserPage | undefined | void>;
}

/** Arguments that do not fit. */
class UnfitArguments extends Error {}

/** The tools of one turn, as a workbench: its calls pass the seam with policies, approvals, limits and records. */
export class SurferWorkbench extends StatelessWorkbench {
  readonly name = "web_surfer";
  readonly #bench: SurferBench;

  constructor(bench: SurferBench) {
    super();
    this.#bench = bench;
  }

  override listTools(): Promise<readonly ToolSchema[]> {
    return Promise.resolve(toolsFor(this.#bench.view));
  }

  toolTraits(name: string): ToolTraits | undefined {
    if (!isSurferTool(name)) return undefined;
    return {
      repeat: SURFER_TOOLS[name].repeat,
      composite: readsOnly(name),
      requiresApproval: this.#bench.settings.requiresApproval.includes(name),
    };
  }

  override async callTool(name: string, args: JsonObject = {}, options: ToolCallOptions = {}): Promise<ToolResult> {
    const { signal } = options;
    try {
      if (!isSurferTool(name)) return textToolResult(name, `There is no tool "${name}".`, true);
      if (readsOnly(name)) return await this.#ask(name, args, options);
      return textToolResult(name, await this.#act(this.#action(name, args), signal));
    } catch (error) {
      if (signal?.aborted === true || !isOfPage(error)) throw error;
      return textToolResult(name, shortReason(error), true);
    }
  }

  async #ask(name: SurferToolName, args: JsonObject, { context, signal }: ToolCallOptions): Promise<ToolResult> {
    const { settings, session, view, addUsage } = this.#bench;
    const answer = await askAboutPage(context ?? plainContext({ signal }), {
      agent: settings.name,
      modelClient: settings.modelClient,
      session,
      url: view.url,
      question: name === "summarize_page" ? undefined : textOf(args, "question"),
    });
    if ("fault" in answer) return textToolResult(name, answer.fault, true);
    if (answer.usage !== undefined) addUsage(answer.usage);
    return textToolResult(name, answer.text);
  }

  async #act(action: Action, signal: AbortSignal | undefined): Promise<string> {
    const { session, settings, view } = this.#bench;
    // What keeps the browser from starting is no fault of a page.
    await session.start();
    const download = await session.act(
      view.url,
      signal,
      async (page) => (await action.perform(page, signal)) ?? undefined,
      () => pause(settings.actionDelayMs, signal),
    );
    return download === undefined ? action.told : `${action.told}\n\n${download}`;
  }

  #action(name: SurferToolName, args: JsonObject): Action {
    const { controller, settings, view, session } = this.#bench;
    const visit = (told: string, url: string): Action => ({
      told,
      perform: (page, signal) => session.visit(page, url, signal),
    });
    /** An action on an element, whose name stands in for `{target}`. */
    const onTarget = (
      told: string,
      key: string,
      perform: (
        page: BrowserPage,
        id: number,
        signal: AbortSignal | undefined,
      ) => Promise<BrowserPage | undefined | void>,
    ): Action => {
      const id = idOf(args, key, view);
      return {
        told: told.replace("{target}", () => targetName(view, id) ?? "the element"),
        perform: async (page, signal) => {
          const [seen] = view.regions.filter((region) => region.id === id);
          const there = await controller.regionOf(page, id, { signal });
          // In a new process the page was opened anew, and may have become another one.
          if (there === undefined || there.name !== seen?.name || there.tagName !== seen.tagName) {
            throw new UnfitArguments(`The element ${id} is not what it was: the page has changed.`);
          }
          return perform(page, id, signal);
        },
      };
    };
    switch (name) {
      case "visit_url": {
        const url = textOf(args, "url");
        return visit(
          `I typed ${inQuotes(url, 2000)} into the address bar.`,
          typedAddress(url, settings.searchUrlTemplate),
        );
      }
      case "web_search": {
        const query = textOf(args, "query");
        return visit(`I searched the web for ${inQuotes(query)}.`, searchAddress(query, settings.searchUrlTemplate));
      }
      case "history_back":
        return {
          told: "I went back to the page before.",
          perform: (page, signal) => controller.back(page, { signal }),
        };
      case "scroll_up":
        return { told: "I scrolled up by a viewport.", perform: (page, signal) => controller.pageUp(page, { signal }) };
      case "scroll_down":
        return {
          told: "I scrolled down by a viewport.",
          perform: (page, signal) => controller.pageDown(page, { signal }),
        };
      case "sleep":
        return {
          told: "I am waiting a short period of time before I go on.",
          perform: (_page, signal) => pause(settings.actionDelayMs, signal),
        };
      case "click":
        return onTarget("I clicked {target}.", "target_id", (page, id, signal) =>
          controller.clickId(page, id, { signal }),
        );
      case "hover":
        return onTarget("I held the mouse over {target}.", "target_id", (page, id, signal) =>
          controller.hoverId(page, id, { signal }),
        );
      case "input_text": {
        const text = textOf(args, "text_value");
        const pressEnter = args["press_enter"] !== false;
        return onTarget(`I typed ${inQuotes(text)} into {target}.`, "input_field_id", (page, id, signal) =>
          controller.fillId(page, id, text, { signal, pressEnter }),
        );
      }
      case "scroll_element_up":
      case "scroll_element_down": {
        const direction = name === "scroll_element_up" ? "up" : "down";
        return onTarget(`I scrolled {target} ${direction}.`, "target_id", (page, id, signal) =>
          controller.scrollId(page, id, direction, { signal }),
        );
      }
      case "answer_question":
      case "summarize_page":
        throw new UnfitArguments(`The tool ${name} does nothing with the page.`);
    }
  }
}

function readsOnly(name: SurferToolName): boolean {
  return name === "answer_question" || name === "summarize_page";
}

/** True for what went wrong with the page or the call; false for what must end the run, such as a model that fails. */
function isOfPage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code: unknown = Reflect.get(error, "code");
  return error instanceof UnfitArguments || code === undefined || code === "ERR_INVALID_STATE";
}

function textOf(args: JsonObject, key: string): string {
  const value = args[key];
  if (typeof value === "string" && value.trim() !== "") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value === "" && key === "text_value") return "";
  throw new UnfitArguments(`The argument ${key} must be a text that is not empty.`);
}

/** The id of an element that was seen: another one could be anything by now. */
function idOf(args: JsonObject, key: string, view: SeenPage): number {
  const value = args[key];
  const id = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof id !== "number" || !Number.isInteger(id))
    throw new UnfitArguments(`The argument ${key} must be an id: a whole number.`);
  if (!view.regions.some((region) => region.id === id)) {
    throw new UnfitArguments(`There is no element with the id ${id} on the page.`);
  }
  return id;
}
