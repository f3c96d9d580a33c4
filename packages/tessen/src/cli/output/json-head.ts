import { VERSION } from "../../recorder/version.ts";
import type { Terminal } from "../terminal.ts";

/** What every JSON output of a command begins with. */
export function jsonHead(
  command: string,
  clock: Pick<Terminal, "now">,
): {
  readonly schema_version: 1;
  readonly tessen_version: string;
  readonly generated_at: string;
  readonly command: string;
} {
  return {
    schema_version: 1,
    tessen_version: VERSION,
    generated_at: new Date(clock.now()).toISOString(),
    command,
  };
}
