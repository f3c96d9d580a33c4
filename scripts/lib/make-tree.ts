import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Writes a small repository for the test of a gate into a temporary folder and returns the folder. */
export async function makeTree(
  files: Readonly<Record<string, string>>,
  onFinished: (remove: () => Promise<void>) => void,
): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "tesserae-gate-"));
  onFinished(() => rm(root, { recursive: true, force: true }));
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), text);
  }
  return root;
}
