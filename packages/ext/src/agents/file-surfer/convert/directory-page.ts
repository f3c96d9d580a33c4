import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ConvertedFile } from "./converted-file.ts";

/** Entries of a folder that are listed. */
const MOST_ENTRIES = 5000;

/** A folder as a table: name, size, and when it was changed, in local time. */
export async function directoryPage(path: string): Promise<ConvertedFile> {
  const names = (await readdir(path)).sort();
  const rows: string[] = [`| .. (parent directory) | - | ${dateOf((await lstat(join(path, ".."))).mtime)} |`];
  for (const name of names.slice(0, MOST_ENTRIES)) {
    try {
      const entry = await lstat(join(path, name));
      const shown = name.replaceAll("|", String.raw`\|`).replace(/\s+/g, " ");
      const size = entry.isDirectory() ? "-" : sizeOf(entry.size);
      rows.push(`| ${shown}${entry.isDirectory() ? "/" : ""} | ${size} | ${dateOf(entry.mtime)} |`);
    } catch {
      // It was removed meanwhile.
    }
  }
  if (names.length > MOST_ENTRIES) rows.push(`| … ${names.length - MOST_ENTRIES} more | | |`);
  const text = [`# Index of ${path}`, "", "| Name | Size | Date Modified |", "| --- | --- | --- |", ...rows].join("\n");
  return { title: `Index of ${path}`, text, isWhole: true };
}

function sizeOf(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ["KB", "MB", "GB", "TB"];
  let size = bytes / 1024;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${size.toFixed(1)} ${units[unit]}`;
}

function dateOf(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
