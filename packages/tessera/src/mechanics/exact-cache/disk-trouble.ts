/** What a disk is asked for. */
type DiskWork = "read" | "written";

/** Tells of the troubles of a disk when they begin, when they become others, and when they are over: not at every try. */
export class DiskTrouble {
  readonly #tell: (trouble: string) => void;
  readonly #troubles = new Map<DiskWork, string>();

  constructor(tell: (trouble: string) => void) {
    this.#tell = tell;
  }

  failed(work: DiskWork, error: unknown): void {
    const trouble = `the cache cannot be ${work}: ${error instanceof Error ? error.message : String(error)}`;
    if (trouble === this.#troubles.get(work)) return;
    this.#troubles.set(work, trouble);
    this.#tell(trouble);
  }

  worked(work: DiskWork): void {
    if (this.#troubles.size > 0 && this.#troubles.delete(work)) this.#tell(`the cache is ${work} again`);
  }
}
