export { MultimodalWebSurfer } from "./agent/multimodal-web-surfer.ts";
export type { MultimodalWebSurferOptions, MultimodalWebSurferSettings } from "./agent/options.ts";
export type { SurferToolName } from "./agent/surfer-tools.ts";
export type { FenceOptions } from "./browser/address-fence.ts";
export type {
  BrowserBox,
  BrowserContextLike,
  BrowserDownload,
  BrowserElement,
  BrowserFrame,
  BrowserLike,
  BrowserLocator,
  BrowserPage,
  PlaywrightLike,
} from "./browser/browser-types.ts";
export { findChromium } from "./browser/find-chromium.ts";
export type { BrowserOptions } from "./browser/launch-browser.ts";
export type { ApproveDownload, DownloadRequest } from "./browser/save-download.ts";
export type { Edges, InteractiveRegion } from "./marks/interactive-region.ts";
export {
  PlaywrightController,
  type ControlOptions,
  type PlaywrightControllerOptions,
  type VisualViewport,
} from "./playwright-controller.ts";
