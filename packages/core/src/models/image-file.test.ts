import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { imageFromFile } from "./image-file.ts";
import { imageToBytes } from "./image.ts";

test("a file is read as it is, by its path or its address; one that is not there or is empty is an error", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tesserae-image-"));
  try {
    const file = join(folder, "picture");
    const bytes = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0xff]);
    await writeFile(file, bytes);
    const image = await imageFromFile(file);
    expect(image.mediaType).toBe("image/png");
    expect(imageToBytes(image)).toEqual(bytes);
    expect(await imageFromFile(pathToFileURL(file))).toEqual(image);
    await expect(imageFromFile(join(folder, "nothing"))).rejects.toMatchObject({ code: "ENOENT" });
    await writeFile(file, "");
    await expect(imageFromFile(file)).rejects.toThrow(/not empty/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
