export { flush, init, instrument, shutdown, stats } from "./init.ts";
export type { TessenHandle, TessenStats } from "./capture/handle.ts";
export type { InitOptions } from "./capture/init-options.ts";
export type { PriceOption, PriceOptions } from "./capture/read-prices.ts";
export { VERSION as version } from "./recorder/version.ts";
export type { TessenEvent } from "./events/tessen-event.ts";
