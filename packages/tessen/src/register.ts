/**
 * For `node --import @tesserae/tessen/register app.js`: records the whole program, with options from the environment,
 * before its first module is loaded. The one module of tessen that works when it is imported.
 */
import { init } from "./init.ts";

try {
  init();
} catch (error) {
  // The program counts, and was not written to be recorded.
  process.stderr.write(`tessen: nothing is recorded: ${error instanceof Error ? error.message : String(error)}\n`);
}
