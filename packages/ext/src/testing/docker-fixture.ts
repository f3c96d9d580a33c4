import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DockerCommandLineCodeExecutor } from "../code-executors/docker/docker-command-line-code-executor.ts";
import type { DockerCommandLineCodeExecutorOptions } from "../code-executors/docker/options.ts";
import { FakeDockerEngine } from "./fake-docker-engine.ts";

/** Makes engines, folders and executors, and takes all of them away again. */
export class DockerFixture {
  readonly #folders: string[] = [];
  readonly #executors: DockerCommandLineCodeExecutor[] = [];
  readonly #engines: FakeDockerEngine[] = [];

  /** A new, empty folder. */
  folder(): string {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "tesserae-docker-test-")));
    this.#folders.push(folder);
    return folder;
  }

  async engine(): Promise<FakeDockerEngine> {
    const engine = await new FakeDockerEngine().listen();
    this.#engines.push(engine);
    return engine;
  }

  /** An executor that is stopped when the test ends. */
  executor(options: DockerCommandLineCodeExecutorOptions): DockerCommandLineCodeExecutor {
    const executor = new DockerCommandLineCodeExecutor(options);
    this.#executors.push(executor);
    return executor;
  }

  async clear(): Promise<void> {
    for (const executor of this.#executors.splice(0)) await executor.stop();
    for (const engine of this.#engines.splice(0)) await engine.close();
    for (const folder of this.#folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  }
}
