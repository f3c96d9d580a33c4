export { Console, type ConsoleOptions } from "./console.ts";
export { UserInputManager } from "./user-input-manager.ts";
