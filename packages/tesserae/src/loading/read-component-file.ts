import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { isJson, isObject } from "@tesserae/core";
import { CommandError } from "../cli/command-error.ts";
import { messageOf } from "../cli/report-error.ts";
import { jsonFaultPosition } from "./json-fault-position.ts";

/**
 * Reads a component file: YAML by its name (`.yaml`, `.yml`), else JSON.
 * @throws CommandError with the place, when it cannot be read.
 */
export async function readComponentFile(path: string): Promise<unknown> {
  const text = readText(path);
  if (text.trim() === "") {
    throw new CommandError(
      `${path} is empty. A component file holds a team or an agent as JSON or YAML, as dumpComponent() writes it.`,
    );
  }
  const value = isYaml(path) ? await parseYaml(path, text) : parseJson(path, text);
  if (isTooDeep(value)) throw tooDeep(path);
  if (!isJson(value))
    throw new CommandError(`${path} holds values that JSON has not, such as dates or infinite numbers.`);
  return value;
}

/** Lists and objects within one another; no file that a program or a person writes comes near. */
const MOST_LEVELS = 1000;

/** True when lists and objects are nested in more levels than JSON may have here. Goes level by level: no recursion. */
function isTooDeep(value: unknown): boolean {
  // An alias of YAML stands in many places: each value counts once a level.
  let level = new Set<object>(isContainer(value) ? [value] : []);
  for (let depth = 0; level.size > 0; depth += 1) {
    if (depth >= MOST_LEVELS) return true;
    const next = new Set<object>();
    for (const container of level) {
      for (const item of Object.values(container) as unknown[]) if (isContainer(item)) next.add(item);
    }
    level = next;
  }
  return false;
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function tooDeep(path: string, cause?: unknown): CommandError {
  return new CommandError(
    `${path} is nested too deeply: it may have ${MOST_LEVELS} levels of lists and objects at most. Is it the right file?`,
    { cause },
  );
}

function readText(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new CommandError(`Cannot read ${path}: ${reasonOf(error)}.`, { cause: error });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new CommandError(`${path} is not text in UTF-8. Is it the right file?`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  const code = isObject(error) ? error["code"] : undefined;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EISDIR") return "it is a folder. Name a component file in it";
  if (code === "EACCES" || code === "EPERM") return "this user may not read it";
  return messageOf(error);
}

function isYaml(path: string): boolean {
  return [".yaml", ".yml"].includes(extname(path).toLowerCase());
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const position = jsonFaultPosition(text);
    const found =
      position >= text.trimEnd().length
        ? "it breaks off"
        : `unexpected ${JSON.stringify(text.slice(position, position + 1))}`;
    throw new CommandError(
      `${path} is not JSON, ${lineAndColumn(text, position)}: ${found}. YAML files end in .yaml or .yml.`,
      { cause: error },
    );
  }
}

/** How V8 words it; the parser, which recurses, reports it as an error of the document. */
const STACK_IS_FULL = "Maximum call stack size exceeded";

async function parseYaml(path: string, text: string): Promise<unknown> {
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text);
  const [problem] = document.errors;
  if (problem !== undefined) {
    if (problem.message.includes(STACK_IS_FULL)) throw tooDeep(path, problem);
    const [start] = problem.linePos ?? [];
    const at = start === undefined ? "" : `, line ${start.line}, column ${start.col}`;
    throw new CommandError(`${path} is not YAML${at}: ${problem.message.split("\n")[0] ?? ""}`, { cause: problem });
  }
  try {
    // Aliases may be nested so that a small file becomes a huge value; the library refuses that.
    return document.toJS() as unknown;
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep(path, error);
    throw new CommandError(`${path} cannot be used: ${messageOf(error)}.`, { cause: error });
  }
}

function lineAndColumn(text: string, position: number): string {
  const before = text.slice(0, position).split("\n");
  return `line ${before.length}, column ${(before.at(-1) ?? "").length + 1}`;
}
