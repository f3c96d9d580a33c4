/** Counts troubles by kind, and tells of each kind once. */
export class TroubleCounts {
  readonly #counts = new Map<string, number>();
  readonly #tell: (kind: string, message: string) => void;

  constructor(tell: (kind: string, message: string) => void = () => {}) {
    this.#tell = tell;
  }

  add(kind: string, message: string): void {
    const count = this.#counts.get(kind) ?? 0;
    this.#counts.set(kind, count + 1);
    if (count > 0) return;
    try {
      this.#tell(kind, message);
    } catch {
      // Whoever listens must not stop the log.
    }
  }

  toObject(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }
}
