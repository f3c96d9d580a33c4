import { readFile, stat } from "node:fs/promises";
import { basename, extname } from "node:path";
import { errorToText, isTesseraeError } from "@tesserae/core";
import { errorPage, type ConvertedFile } from "./converted-file.ts";
import { csvToTable } from "./csv-to-table.ts";
import { htmlToMarkdown } from "./html-to-markdown.ts";

/** A file as Markdown; a page that says why, where that cannot be made. */
export async function convertFile(path: string, maxBytes: number): Promise<ConvertedFile> {
  const name = JSON.stringify(basename(path));
  const entry = await stat(path);
  if (!entry.isFile()) return errorPage("UnsupportedFormatException", `${name} is no file that can be read.`);
  if (entry.size > maxBytes) {
    return errorPage("FileConversionException", `${name} has ${entry.size} bytes; at most ${maxBytes} are read.`);
  }
  const text = decoded(await readFile(path));
  if (text === undefined) {
    return errorPage(
      "UnsupportedFormatException",
      `${name} is no text, and its format cannot be shown. Text in UTF-8 or UTF-16, Markdown, HTML and CSV can.`,
    );
  }
  try {
    return await ofFormat(extname(path).toLowerCase(), text);
  } catch (error) {
    // What is to be installed is for the program, not for a model.
    if (isTesseraeError(error)) throw error;
    return errorPage("FileConversionException", `${name} cannot be converted: ${errorToText(error)}`);
  }
}

async function ofFormat(extension: string, text: string): Promise<ConvertedFile> {
  switch (extension) {
    case ".html":
    case ".htm":
    case ".xhtml":
      return htmlToMarkdown(text);
    case ".csv":
      return { title: undefined, text: csvToTable(text) };
    default:
      return { title: undefined, text };
  }
}

/** The text of bytes in UTF-8, or in UTF-16 with a mark in front; `undefined` for what is no text. */
function decoded(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}
