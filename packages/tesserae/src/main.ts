import { readFileSync } from "node:fs";

const USAGE = `Usage: tesserae <command> [options]

Options:
  --version  print the version
  --help     print this text
`;

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const version = typeof manifest === "object" && manifest !== null ? Reflect.get(manifest, "version") : undefined;
  return typeof version === "string" ? version : "unknown";
}

/** The command `tesserae`: runs the arguments of the command line and returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  if (argv.includes("--version")) {
    process.stdout.write(`${readVersion()}\n`);
    return 0;
  }
  if (argv.includes("--help")) {
    process.stdout.write(USAGE);
    return 0;
  }
  process.stderr.write(
    argv.length === 0 ? USAGE : `tesserae: unknown command "${argv[0] ?? ""}". See tesserae --help.\n`,
  );
  return 2;
}
