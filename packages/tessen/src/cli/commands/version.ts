import { VERSION } from "../../recorder/version.ts";
import { COMMON_HELP } from "../arguments/given.ts";
import { EXIT } from "../exit-codes.ts";
import { jsonHead } from "../output/json-head.ts";
import { perform } from "../perform.ts";
import type { Terminal } from "../terminal.ts";

const SYNTAX = {
  name: "version",
  help: `Usage: tessen version [options]

Prints the versions of tessen, of Node and of the log's format.

${COMMON_HELP}`,
  options: {},
  operands: [],
} as const;

/** The version of the events that this package writes. */
const SCHEMA = 1;

/** `tessen version`. */
export function versionCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  return perform(args, SYNTAX, terminal, (given, screen) => {
    const node = process.versions.node;
    screen.write(
      given.json
        ? `${JSON.stringify({ ...jsonHead("version", screen), node, schema: SCHEMA })}\n`
        : `tessen ${VERSION}, Node ${node}, schema ${SCHEMA}\n`,
    );
    return Promise.resolve(EXIT.ok);
  });
}
