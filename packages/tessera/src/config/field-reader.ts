/** What is wrong at a place of a configuration. */
export interface ConfigIssue {
  /** A JSON pointer; empty for the whole. */
  readonly pointer: string;
  readonly message: string;
}

/**
 * Reads one object of a configuration, field by field, and collects everything that is wrong with it. A field that is
 * absent, or wrong, gives the default.
 */
export class FieldReader {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #pointer: string;
  readonly #issues: ConfigIssue[];
  readonly #known = new Set<string>();

  constructor(value: unknown, pointer: string, issues: ConfigIssue[]) {
    this.#pointer = pointer;
    this.#issues = issues;
    this.#fields = isRecord(value) ? value : {};
    if (value !== undefined && value !== null && !isRecord(value))
      this.#add(pointer, `must be an object, not ${describe(value)}`);
  }

  has(name: string): boolean {
    return this.#fields[name] !== undefined && this.#fields[name] !== null;
  }

  text<D extends string | undefined>(name: string, fallback: D): string | D {
    return this.#take(name, fallback, "a text that is not empty", (value) =>
      typeof value === "string" && value !== "" ? value : undefined,
    );
  }

  flag<D extends boolean | undefined>(name: string, fallback: D): boolean | D {
    return this.#take(name, fallback, "true or false", (value) =>
      typeof value === "boolean" ? value : value === "on" ? true : value === "off" ? false : undefined,
    );
  }

  /** A whole number from `least` to `most`. */
  whole<D extends number | undefined>(
    name: string,
    fallback: D,
    least: number = 0,
    most: number = Number.MAX_SAFE_INTEGER,
  ): number | D {
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    return this.#take(name, fallback, `a whole number ${range}`, (value) =>
      typeof value === "number" && Number.isSafeInteger(value) && value >= least && value <= most ? value : undefined,
    );
  }

  oneOf<T extends string | number, D extends T | undefined>(name: string, fallback: D, allowed: readonly T[]): T | D {
    return this.#take(name, fallback, `one of ${allowed.join(", ")}`, (value) => allowed.find((one) => one === value));
  }

  /** A field of a form of its own; `read` gives `undefined` for what is none. */
  custom<T>(name: string, expected: string, read: (value: unknown) => T | undefined): T | undefined {
    return this.#take(name, undefined, expected, read);
  }

  /** An object inside of this one; an empty one where there is none. */
  object(name: string): FieldReader {
    this.#known.add(name);
    return new FieldReader(this.#fields[name], this.#at(name), this.#issues);
  }

  /** The objects of a list. */
  list(name: string): readonly FieldReader[] {
    const items = this.#take<readonly unknown[], undefined>(name, undefined, "a list", (value) =>
      Array.isArray(value) ? value : undefined,
    );
    return (items ?? []).map((item, index) => new FieldReader(item, `${this.#at(name)}/${index}`, this.#issues));
  }

  /** Every field, each with its object: for objects whose keys are names. */
  entries(): readonly (readonly [name: string, reader: FieldReader])[] {
    return Object.keys(this.#fields).map((name) => [name, this.object(name)]);
  }

  /** Says that the object, or one field of it, is wrong in a way of its own. */
  fail(message: string, name?: string): void {
    this.#add(name === undefined ? this.#pointer : this.#at(name), message);
  }

  /** Fields that nobody asked for are errors: they are nearly always misspelt. */
  end(): void {
    for (const name of Object.keys(this.#fields)) {
      if (this.#known.has(name)) continue;
      const known = [...this.#known].sort().join(", ");
      this.#add(this.#at(name), `is not known here (known: ${known})`);
    }
  }

  #take<T, D>(name: string, fallback: D, expected: string, read: (value: unknown) => T | undefined): T | D {
    this.#known.add(name);
    const value = this.#fields[name];
    if (value === undefined || value === null) return fallback;
    const taken = read(value);
    if (taken !== undefined) return taken;
    this.#add(this.#at(name), `must be ${expected}, not ${describe(value)}`);
    return fallback;
  }

  #at(name: string): string {
    return `${this.#pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  }

  #add(pointer: string, message: string): void {
    this.#issues.push({ pointer, message });
  }
}

/** What stands there, shortly; a text may be a secret that was put into the wrong field. */
function describe(value: unknown): string {
  if (typeof value === "string") return value.length > 40 || SECRET.test(value) ? "this text" : JSON.stringify(value);
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : JSON.stringify(value);
}

/** How keys of providers and of the gateway begin. */
const SECRET = /^(?:sk-|tk_|ta_|AIza|Bearer )/;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
