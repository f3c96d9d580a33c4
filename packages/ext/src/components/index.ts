export { defaultRegistry } from "./default-registry.ts";
export { extComponents } from "./ext-components.ts";
