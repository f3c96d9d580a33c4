/** What makes an agent teachable. Experimental. */
export { Teachability } from "./teachability.ts";
