import type { ProcessOutcome } from "../process/run-process.ts";
import type { LocalSession } from "./session.ts";

/** Isolated (`-I`), so that a module in the working folder cannot pose as one of Python's own. */
const PARSE = ["-I", "-c", "import ast, sys; ast.parse(sys.stdin.buffer.read())"];

const CHECK_FUNCTIONS = [
  "-I",
  "-c",
  `import ast, json, sys
for number, source in enumerate(json.load(sys.stdin.buffer), 1):
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError) as error:
        sys.exit(f"function {number} is not valid Python: {error}")
    count = sum(isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) for node in body)
    if count != 1:
        sys.exit(f"function {number} has {count} functions at its top level instead of one")
`,
];

/** Asks Python whether text is a program of it. */
export async function parsesAsPython(session: LocalSession, code: string, signal: AbortSignal): Promise<boolean> {
  const outcome = await session.run(session.command("python"), PARSE, { input: code, signal });
  await outcome.release();
  return outcome.reason === "exit" && outcome.exitCode === 0;
}

/** Asks Python whether each source is valid and has exactly one function; what is wrong is on standard error. */
export function checkFunctionSources(
  session: LocalSession,
  sources: readonly string[],
  signal: AbortSignal,
): Promise<ProcessOutcome> {
  return session.run(session.command("python"), CHECK_FUNCTIONS, { input: JSON.stringify(sources), signal });
}
