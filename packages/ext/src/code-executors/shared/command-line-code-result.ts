import type { CodeResult } from "@tesserae/core";

/** What running code from files gave. */
export interface CommandLineCodeResult extends CodeResult {
  /** The first file that was written, also where it has been deleted since; absent if none was. */
  readonly codeFile?: string;
}
