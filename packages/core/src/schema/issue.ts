/** One thing that is wrong with a value. */
export interface SchemaIssue {
  /** RFC 6901 pointer into the value; the empty string is the whole value. */
  readonly pointer: string;
  /** The keyword that failed, such as `required`; `schema` when a schema library found the issue. */
  readonly keyword: string;
  /** What was expected and what was found, in plain words, without the pointer. */
  readonly message: string;
  /** RFC 6901 pointer into the schema, to the keyword; empty when a schema library found the issue. */
  readonly schemaPointer: string;
}

/** The verdict on a value. */
export type ValidationResult<T = unknown> =
  | {
      readonly ok: true;
      readonly value: T;
      /** Pointers to the keys that no schema knows; only with `unknownKeys: "collect"`, and only when there are some. */
      readonly unknownKeys?: readonly string[];
    }
  | { readonly ok: false; readonly issues: readonly SchemaIssue[] };

/** Writes issues for people and models: one line each, the pointer first. */
export function formatIssues(issues: readonly SchemaIssue[]): string {
  return issues.map(({ pointer, message }) => (pointer === "" ? message : `${pointer}: ${message}`)).join("\n");
}
