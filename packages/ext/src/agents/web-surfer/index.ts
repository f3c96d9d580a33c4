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
export type { ControlOptions, PlaywrightControllerOptions, VisualViewport } from "./controller-options.ts";
export type { Edges, InteractiveRegion } from "./marks/interactive-region.ts";
export { PlaywrightController } from "./playwright-controller.ts";
