import { readFileSync } from "node:fs";

/** The command `tessera`: does what the arguments of the command line say and returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const version = readVersion();
  if (argv.length === 1 && argv[0] === "--version") {
    process.stdout.write(`${version}\n`);
    return 0;
  }
  const { runProgram } = await import("./cli/program.ts");
  return runProgram(argv, version);
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const version = typeof manifest === "object" && manifest !== null ? Reflect.get(manifest, "version") : undefined;
  return typeof version === "string" ? version : "unknown";
}
