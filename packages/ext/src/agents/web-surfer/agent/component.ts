import {
  ValueError,
  type ChatCompletionClient,
  type ChatCompletionContext,
  type ComponentDefinition,
  type JsonObject,
} from "@tesserae/core";
import type { MultimodalWebSurfer } from "./multimodal-web-surfer.ts";
import type { MultimodalWebSurferOptions } from "./options.ts";
import type { SurferToolName } from "./surfer-tools.ts";

type SurferConfig = {
  readonly name: string;
  readonly model_client: JsonObject;
  readonly downloads_folder?: string;
  readonly description?: string;
  readonly debug_dir?: string;
  readonly headless?: boolean;
  readonly start_page?: string;
  readonly animate_actions?: boolean;
  readonly to_save_screenshots?: boolean;
  readonly use_ocr?: boolean;
  readonly browser_channel?: string;
  readonly browser_data_dir?: string;
  readonly to_resize_viewport?: boolean;
  readonly model_context?: JsonObject;
  readonly executable_path?: string;
  readonly search_url_template?: string;
  readonly allowed_hosts?: readonly string[];
  readonly block_private_networks?: boolean;
  readonly user_agent?: string;
  readonly action_delay_ms?: number;
  readonly sandbox?: boolean;
  readonly allow_file_urls?: boolean;
  readonly requires_approval?: readonly SurferToolName[];
};

const TEXT = { anyOf: [{ type: "string" }, { type: "null" }] };
const FLAG = { type: "boolean" };
const TEXTS = { anyOf: [{ type: "array", items: { type: "string" } }, { type: "null" }] };

/** How a surfer is written and read: AutoGen's keys, and ours where they say something. */
export function surferComponent(
  make: (options: MultimodalWebSurferOptions) => MultimodalWebSurfer,
): ComponentDefinition<MultimodalWebSurfer> {
  return {
    provider: "autogen_ext.agents.web_surfer.MultimodalWebSurfer",
    componentType: "agent",
    label: "MultimodalWebSurfer",
    description: "An agent that surfs the web with a browser, and sees the pages.",
    schema: {
      type: "object",
      properties: {
        name: { type: "string", pattern: String.raw`^[\p{ID_Start}_]\p{ID_Continue}*$` },
        model_client: { "x-component": ["model", "replay_chat_completion_client", "chat_completion_cache"] },
        downloads_folder: TEXT,
        description: TEXT,
        debug_dir: TEXT,
        headless: FLAG,
        start_page: TEXT,
        animate_actions: FLAG,
        to_save_screenshots: FLAG,
        use_ocr: FLAG,
        browser_channel: TEXT,
        browser_data_dir: TEXT,
        to_resize_viewport: FLAG,
        model_context: { anyOf: [{ "x-component": ["chat_completion_context"] }, { type: "null" }] },
        executable_path: TEXT,
        search_url_template: TEXT,
        allowed_hosts: TEXTS,
        block_private_networks: FLAG,
        user_agent: TEXT,
        action_delay_ms: { type: "number", minimum: 0 },
        sandbox: FLAG,
        allow_file_urls: FLAG,
        requires_approval: TEXTS,
      },
      required: ["name", "model_client"],
    },
    toConfig({ name, settings }, dump) {
      for (const option of ["toolPolicy", "approveDownload"] as const) {
        if (settings[option] === undefined) continue;
        // Loaded again, the agent would do what they forbid.
        throw new ValueError(`The agent '${name}' has ${option}: a function cannot be written to JSON.`, {
          code: "ERR_COMPONENT_NOT_SERIALIZABLE",
        });
      }
      const config = {
        name,
        model_client: dump.component(settings.modelClient),
        downloads_folder: settings.downloadsFolder,
        description: settings.description,
        debug_dir: settings.debugDir,
        headless: settings.headless,
        start_page: settings.startPage,
        animate_actions: settings.animateActions,
        to_save_screenshots: settings.toSaveScreenshots,
        use_ocr: settings.useOcr,
        browser_channel: settings.browserChannel,
        browser_data_dir: settings.browserDataDir,
        to_resize_viewport: settings.toResizeViewport,
        model_context: settings.given.modelContext && dump.component(settings.modelContext),
        executable_path: settings.executablePath,
        search_url_template: settings.given.searchUrlTemplate,
        allowed_hosts: settings.allowedHosts,
        block_private_networks: settings.blockPrivateNetworks,
        user_agent: settings.userAgent,
        action_delay_ms: settings.given.actionDelayMs,
        sandbox: settings.sandbox,
        allow_file_urls: settings.given.allowFileUrls,
        requires_approval: settings.given.requiresApproval,
      };
      return Object.fromEntries(
        Object.entries(config).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
      );
    },
    fromConfig: async (config: SurferConfig, load) =>
      make({
        name: config.name,
        modelClient: await load.component<ChatCompletionClient>(config.model_client, "/model_client"),
        downloadsFolder: config.downloads_folder,
        description: config.description,
        debugDir: config.debug_dir,
        headless: config.headless,
        startPage: config.start_page,
        animateActions: config.animate_actions,
        toSaveScreenshots: config.to_save_screenshots,
        useOcr: config.use_ocr,
        browserChannel: config.browser_channel,
        browserDataDir: config.browser_data_dir,
        toResizeViewport: config.to_resize_viewport,
        modelContext:
          config.model_context === undefined
            ? undefined
            : await load.component<ChatCompletionContext>(config.model_context, "/model_context"),
        executablePath: config.executable_path,
        searchUrlTemplate: config.search_url_template,
        allowedHosts: config.allowed_hosts,
        blockPrivateNetworks: config.block_private_networks,
        userAgent: config.user_agent,
        actionDelayMs: config.action_delay_ms,
        sandbox: config.sandbox,
        allowFileUrls: config.allow_file_urls,
        requiresApproval: config.requires_approval,
      }),
  };
}
