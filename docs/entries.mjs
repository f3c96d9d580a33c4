import { readFileSync, readdirSync } from "node:fs";

/**
 * The entries of all packages, as the export maps name them: what users import, and the source behind it, relative to
 * this folder.
 *
 * @returns {{ name: string, source: string }[]}
 */
export function readEntries() {
  const packages = new URL("../packages/", import.meta.url);
  return readdirSync(packages).flatMap((folder) => {
    const manifest = JSON.parse(readFileSync(new URL(`${folder}/package.json`, packages), "utf8"));
    return Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]) =>
      typeof target?.source === "string"
        ? [{ name: manifest.name + subpath.slice(1), source: `../packages/${folder}/${target.source.slice(2)}` }]
        : [],
    );
  });
}
