import {
  UnboundedChatCompletionContext,
  ValueError,
  isObject,
  type ChatCompletionClient,
  type ChatCompletionContext,
  type ToolPolicy,
} from "@tesserae/core";
import type { ModelClientLike } from "@tesserae/agentchat";
import { toolCallingModel } from "../../../models/tool-calling-model.ts";
import { AddressFence } from "../browser/address-fence.ts";
import type { BrowserContextLike } from "../browser/browser-types.ts";
import type { BrowserOptions } from "../browser/launch-browser.ts";
import type { ApproveDownload } from "../browser/save-download.ts";
import { DEFAULT_SEARCH_URL } from "../browser/surf-address.ts";
import { DEFAULT_DESCRIPTION } from "./prompts.ts";
import { SURFER_TOOLS, isSurferTool, type SurferToolName } from "./surfer-tools.ts";

/** AutoGen's start page. */
export const DEFAULT_START_PAGE = "https://www.bing.com/";

/** What makes a `MultimodalWebSurfer`. */
export interface MultimodalWebSurferOptions extends BrowserOptions {
  readonly name: string;
  /** A model that calls tools; one that sees gets pictures of the pages. */
  readonly modelClient: ModelClientLike;
  readonly description?: string | undefined;
  /** Where the browser begins, and begins again after a reset. Default `https://www.bing.com/`. */
  readonly startPage?: string | undefined;
  /** Where downloads are kept. Default: none are. */
  readonly downloadsFolder?: string | undefined;
  /** Asked before a download is kept. */
  readonly approveDownload?: ApproveDownload | undefined;
  /** Where pictures go with `toSaveScreenshots`. */
  readonly debugDir?: string | undefined;
  /** Keep every picture that is taken, for people. Default false; needs `debugDir`. */
  readonly toSaveScreenshots?: boolean | undefined;
  /** Move the mouse in steps, for people who watch. Default false. */
  readonly animateActions?: boolean | undefined;
  /** Without effect, as in AutoGen 0.7. */
  readonly useOcr?: boolean | undefined;
  /** Give pages 1440 by 900 pixels. Default true. */
  readonly toResizeViewport?: boolean | undefined;
  /** The address of a search, with `{q}` for the query. Default: Bing's. */
  readonly searchUrlTemplate?: string | undefined;
  /** Milliseconds that a page gets after each action, and that the tool `sleep` waits. Default 3000. */
  readonly actionDelayMs?: number | undefined;
  /** Milliseconds that a click is given to open another window. Default 1000. Not written to JSON. */
  readonly popupTimeoutMs?: number | undefined;
  /** Let the browser open files of this machine. Default false. */
  readonly allowFileUrls?: boolean | undefined;
  /** Tools whose calls a person must approve, such as `input_text`. Default: none. */
  readonly requiresApproval?: readonly SurferToolName[] | undefined;
  /** Decides about the calls of tools, after the policy of the run. */
  readonly toolPolicy?: ToolPolicy | undefined;
  /** What is remembered of the conversation. Default: everything; a request holds as much of it as the model takes. */
  readonly modelContext?: ChatCompletionContext | undefined;
  /** A context of Playwright's to work in, which stays open. Hosts cannot be kept out of it. */
  readonly context?: BrowserContextLike | undefined;
}

/** The options of a surfer, checked and completed. */
export interface MultimodalWebSurferSettings extends Omit<MultimodalWebSurferOptions, "modelClient"> {
  /** The options as they were given. */
  readonly given: MultimodalWebSurferOptions;
  readonly modelClient: ChatCompletionClient;
  readonly description: string;
  readonly startPage: string;
  readonly toSaveScreenshots: boolean;
  readonly animateActions: boolean;
  readonly headless: boolean;
  readonly useOcr: boolean;
  readonly toResizeViewport: boolean;
  readonly searchUrlTemplate: string;
  readonly actionDelayMs: number;
  readonly allowFileUrls: boolean;
  readonly requiresApproval: readonly SurferToolName[];
  readonly modelContext: ChatCompletionContext;
}

/** Checks the options and completes them. */
export function surferSettings(options: MultimodalWebSurferOptions): MultimodalWebSurferSettings {
  const given: unknown = options;
  if (!isObject(given) || given["name"] === undefined || given["modelClient"] === undefined) {
    throw new ValueError("MultimodalWebSurfer takes an object with its options, at least { name, modelClient }.");
  }
  const modelClient = toolCallingModel(options.modelClient, "MultimodalWebSurfer");
  const {
    debugDir,
    toSaveScreenshots = false,
    requiresApproval = [],
    searchUrlTemplate = DEFAULT_SEARCH_URL,
  } = options;
  if (toSaveScreenshots && debugDir === undefined) {
    throw new ValueError("toSaveScreenshots needs a debugDir: the folder in which the pictures are kept.");
  }
  const actionDelayMs = options.actionDelayMs ?? 3000;
  if (!Number.isFinite(actionDelayMs) || actionDelayMs < 0) {
    throw new ValueError(`actionDelayMs must be a number of milliseconds, 0 or more, got ${actionDelayMs}.`);
  }
  if (!searchUrlTemplate.includes("{q}")) {
    throw new ValueError(`searchUrlTemplate must hold {q} where the query goes, got "${searchUrlTemplate}".`);
  }
  for (const name of requiresApproval) {
    if (isSurferTool(name)) continue;
    throw new ValueError(
      `requiresApproval names the tool '${name}'. There are: ${Object.keys(SURFER_TOOLS).join(", ")}.`,
    );
  }
  checkFence(options);
  return {
    ...options,
    given: options,
    modelClient,
    description: options.description ?? DEFAULT_DESCRIPTION,
    startPage: options.startPage ?? DEFAULT_START_PAGE,
    toSaveScreenshots,
    animateActions: options.animateActions ?? false,
    headless: options.headless ?? true,
    useOcr: options.useOcr ?? false,
    toResizeViewport: options.toResizeViewport ?? true,
    searchUrlTemplate,
    actionDelayMs,
    allowFileUrls: options.allowFileUrls ?? false,
    requiresApproval,
    modelContext: options.modelContext ?? new UnboundedChatCompletionContext(),
  };
}

/** A fence that would not hold is refused. */
function checkFence(options: MultimodalWebSurferOptions): void {
  const { context, allowedHosts, blockPrivateNetworks } = options;
  // Checks the names.
  void new AddressFence({ allowedHosts, blockPrivateNetworks });
  if (context === undefined || (allowedHosts === undefined && blockPrivateNetworks !== true)) return;
  throw new ValueError(
    "allowedHosts and blockPrivateNetworks cannot be held in a context that is given: leave it out, or fence its browser yourself.",
  );
}
