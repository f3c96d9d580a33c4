export type { TessenEvent } from "./events/tessen-event.ts";
