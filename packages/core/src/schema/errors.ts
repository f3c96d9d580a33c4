import { ValueError } from "../errors/kinds.ts";
import type { TesseraeErrorOptions } from "../errors/tesserae-error.ts";

/** The codes of the errors about schemas. */
export type SchemaErrorCode =
  | "ERR_SCHEMA_INVALID"
  | "ERR_SCHEMA_UNSUPPORTED"
  | "ERR_SCHEMA_REFERENCE"
  | "ERR_SCHEMA_FORMAT"
  | "ERR_SCHEMA_NO_JSON";

/** Where in a schema an error lies. */
export interface SchemaErrorOptions extends TesseraeErrorOptions {
  /** RFC 6901 pointer into the schema, to the object that holds the keyword. */
  readonly pointer?: string;
  /** The keyword at fault. */
  readonly keyword?: string;
}

/** A JSON Schema that cannot be used as it is; the base of the errors about schemas. */
export class SchemaConversionError extends ValueError {
  /** RFC 6901 pointer into the schema, to the object that holds the keyword; empty for the whole schema. */
  readonly pointer: string;
  /** The keyword at fault, if there is one. */
  readonly keyword: string | undefined;

  constructor(message: string, options: SchemaErrorOptions & { readonly code?: SchemaErrorCode } = {}) {
    super(message, { ...options, code: options.code ?? "ERR_SCHEMA_INVALID" });
    this.name = "SchemaConversionError";
    this.pointer = options.pointer ?? "";
    this.keyword = options.keyword;
  }
}

/** A `$ref` points at nothing inside the schema (`ERR_SCHEMA_REFERENCE`). */
export class ReferenceNotFoundError extends SchemaConversionError {
  constructor(message: string, options: SchemaErrorOptions = {}) {
    super(message, { ...options, code: "ERR_SCHEMA_REFERENCE" });
    this.name = "ReferenceNotFoundError";
  }
}

/** A `format` that is not known here (`ERR_SCHEMA_FORMAT`). */
export class FormatNotSupportedError extends SchemaConversionError {
  constructor(message: string, options: SchemaErrorOptions = {}) {
    super(message, { ...options, code: "ERR_SCHEMA_FORMAT" });
    this.name = "FormatNotSupportedError";
  }
}

/** A keyword, or a type, that is not supported and would change the verdict (`ERR_SCHEMA_UNSUPPORTED`). */
export class UnsupportedKeywordError extends SchemaConversionError {
  constructor(message: string, options: SchemaErrorOptions = {}) {
    super(message, { ...options, code: "ERR_SCHEMA_UNSUPPORTED" });
    this.name = "UnsupportedKeywordError";
  }
}

/** Names a place in a schema for a message. */
export function schemaPlace(pointer: string): string {
  return pointer === "" ? "the schema's root" : pointer;
}
