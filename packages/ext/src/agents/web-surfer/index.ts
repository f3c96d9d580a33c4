export { findChromium } from "./browser/find-chromium.ts";
export {
  PlaywrightController,
  type ControlOptions,
  type PlaywrightControllerOptions,
  type VisualViewport,
} from "./playwright-controller.ts";
