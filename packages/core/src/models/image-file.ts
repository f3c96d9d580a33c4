import { NotImplementedError } from "../errors/kinds.ts";
import { imageFromBytes, type Image } from "./image.ts";

/**
 * Reads a PNG, JPEG, GIF or WebP file.
 *
 * @throws the platform's error when the file cannot be read; ValueError when it is empty.
 */
export async function imageFromFile(path: string | URL): Promise<Image> {
  const fs = globalThis.process?.getBuiltinModule?.("node:fs/promises");
  if (fs === undefined)
    throw new NotImplementedError("This platform has no files: make the image with imageFromBytes.");
  return imageFromBytes(await fs.readFile(path));
}
