import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder of a test's own. */
export class TemporaryFolder {
  readonly path: string = mkdtempSync(join(tmpdir(), "tesserae-test-"));

  /** Writes a file and gives its path: text as it is, everything else as JSON. */
  write(name: string, content: unknown): string {
    const path = join(this.path, name);
    writeFileSync(
      path,
      typeof content === "string" || content instanceof Uint8Array ? content : JSON.stringify(content, undefined, 2),
    );
    return path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
