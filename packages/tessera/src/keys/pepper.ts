import { randomBytes } from "node:crypto";
import { chmodSync, linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { GatewayError } from "../config/gateway-error.ts";

/** Fewer characters could be guessed. */
const SHORTEST = 16;

/** Where the pepper is looked for. */
export interface PepperPlace {
  /** The name of an environment variable; it goes before the file. */
  readonly variable: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The database: the file lies beside it, as `<database>.pepper`. */
  readonly databasePath: string;
}

/**
 * The secret that keys are hashed with, which is never in the database: from the environment variable, else from a file
 * beside the database that only its owner can read, which is made with random content when it is missing.
 *
 * @throws GatewayError `ERR_INVALID_ARGUMENT` for a pepper that is too short.
 */
export function readPepper({ variable, environment, databasePath }: PepperPlace): string {
  const given = environment[variable];
  if (given !== undefined && given !== "") return checked(given, `The environment variable ${variable}`);
  const path = `${databasePath}.pepper`;
  const found = readIfThere(path) ?? makeFile(path);
  return checked(found.trim(), path);
}

function checked(pepper: string, where: string): string {
  if (pepper.length >= SHORTEST) return pepper;
  throw new GatewayError(
    "ERR_INVALID_ARGUMENT",
    `${where} holds ${pepper.length} characters: the pepper that keys are hashed with needs at least ${SHORTEST}. ` +
      "Random ones are made by: openssl rand -hex 32",
  );
}

function readIfThere(path: string): string | undefined {
  try {
    const text = readFileSync(path, "utf8");
    chmodSync(path, 0o600);
    return text;
  } catch (error) {
    if (isErrorOf(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Two processes that start at once must end with the same pepper: a link appears whole, and to one of them only. */
function makeFile(path: string): string {
  const pepper = randomBytes(32).toString("hex");
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString("hex")}`;
  writeFileSync(temporary, `${pepper}\n`, { mode: 0o600, flag: "wx" });
  try {
    linkSync(temporary, path);
    return pepper;
  } catch (error) {
    if (!isErrorOf(error, "EEXIST")) throw error;
    return readFileSync(path, "utf8");
  } finally {
    rmSync(temporary, { force: true });
  }
}

function isErrorOf(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
