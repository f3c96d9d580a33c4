import { ValueError } from "../errors/kinds.ts";

/** A package of npm, as a list of requirements names it. */
export interface NpmPackage {
  readonly name: string;
  /** What stands behind the name: a range of versions, a tag, or a file. */
  readonly version: string | undefined;
}

/** https://docs.npmjs.com/cli/configuring-npm/package-json#name; a leading hyphen would be read as an option. */
const PACKAGE = /^((?:@[a-z0-9~][a-z0-9._~-]*\/)?[a-z0-9~][a-z0-9._~-]*)(?:@(.+))?$/s;
/** Ranges and tags; no addresses of repositories, which would run what lies there. */
const RANGE = /^[\w.*^~<>=|+ -]+$/;
const FILE = /^file:[^\0\r\n]+$/;

/**
 * Reads `name`, `name@range`, `name@tag` or `name@file:PATH` (a folder or a tarball).
 *
 * @throws {ValueError} for anything else: options, addresses, names that npm does not allow.
 */
export function readNpmPackage(text: string): NpmPackage {
  const [, name, version] = typeof text === "string" ? (PACKAGE.exec(text) ?? []) : [];
  if (
    name !== undefined &&
    name.length <= 214 &&
    (version === undefined || RANGE.test(version) || FILE.test(version))
  ) {
    return { name, version };
  }
  throw new ValueError(
    `${JSON.stringify(text)} is not a package of npm. Give a name with a range of versions or without ("lodash@^4"), or "name@file:PATH".`,
  );
}
