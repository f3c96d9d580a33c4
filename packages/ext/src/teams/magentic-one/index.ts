export { MagenticOne, type MagenticOneOptions } from "./magentic-one.ts";
