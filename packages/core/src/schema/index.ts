export {
  compileSchema,
  type CompiledSchema,
  type CompileOptions,
  type SchemaInput,
  type UnknownKeys,
} from "./compile-schema.ts";
export { formatIssues, type SchemaIssue, type ValidationResult } from "./issue.ts";
export type { JsonSchema, JsonSchemaObject, JsonTypeName } from "./json-schema.ts";
export {
  FormatNotSupportedError,
  ReferenceNotFoundError,
  SchemaConversionError,
  UnsupportedKeywordError,
} from "./errors.ts";
export { toParametersSchema, type ParametersSchemaOptions } from "./parameters-schema.ts";
export { isStandardSchema, validateStandard, type InferInput, type InferOutput } from "./standard.ts";
export { strictSchema, type StrictSchema } from "./strict-schema.ts";
export { toJsonSchema, type ToJsonSchemaOptions } from "./to-json-schema.ts";
export { schemaToValidator, type SchemaToValidatorOptions } from "./schema-to-validator.ts";
export type { FromSchema } from "./from-schema.ts";
