import type { StandardSchemaV1 } from "@standard-schema/spec";
import { ValueError } from "../errors/kinds.ts";
import { isObject, type Json } from "../json.ts";
import { formatIssues } from "../schema/issue.ts";
import { validateStandard, type InferInput, type InferOutput } from "../schema/standard.ts";
import { decodeJson, encodeJson, type ParseJsonOptions } from "./json-text.ts";
import { JSON_DATA_CONTENT_TYPE, type MessageSerializer } from "./message-serializer.ts";
import { MESSAGE_TYPE, type MessageType } from "./message-type.ts";

/** A message: the fields of its schema, tagged with its type. */
export type TypedMessage<Name extends string, Fields> = Readonly<Fields> & { readonly type: Name };

/** A message type: call it with the fields to make a message. */
export interface MessageDefinition<Name extends string, Input, Fields> extends MessageType<TypedMessage<Name, Fields>> {
  /** Makes a message. @throws ValueError `ERR_MESSAGE_INVALID` when the fields do not fit the schema. */
  (fields: Input): TypedMessage<Name, Fields>;
  readonly typeName: Name;
  /** True for a message of this type; looks at the tag only. */
  is(value: unknown): value is TypedMessage<Name, Fields>;
}

/** The message type of a definition: `type Greeting = Infer<typeof Greeting>`. */
export type Infer<Type extends MessageType> = Type extends MessageType<infer T> ? T : never;

/** Options of {@link defineMessage}. */
export interface DefineMessageOptions<Message = never> extends ParseJsonOptions {
  /** Older names under which messages of the type are read from the wire. */
  readonly aliases?: readonly string[] | undefined;
  /** Writes the `type` into the JSON too, for readers that expect it there. Default: false, as in Python. */
  readonly tagged?: boolean | undefined;
  /** The JSON form of a message, where its fields are not JSON themselves. `decode` gives what the schema takes. */
  readonly codec?:
    | { readonly encode: (message: Message) => Json; readonly decode: (json: unknown) => unknown }
    | undefined;
}

/**
 * Defines a type of messages: plain readonly objects tagged with `type: name`.
 *
 * @param name the name on the wire too; give it a prefix (`myapp.Greeting`) when others may use the same.
 * @param schema any Standard Schema of an object; it checks what is built and what is read, synchronously.
 */
export function defineMessage<const Name extends string, Schema extends StandardSchemaV1>(
  name: Name,
  schema: Schema,
  options?: DefineMessageOptions<TypedMessage<Name, InferOutput<Schema>>>,
): MessageDefinition<Name, InferInput<Schema>, InferOutput<Schema>>;
/** Defines a type of messages that nothing checks: for messages that only the program itself makes. */
export function defineMessage<Fields extends object>(
  name: string,
  schema?: undefined,
  options?: DefineMessageOptions<TypedMessage<string, Fields>>,
): MessageDefinition<string, Fields, Fields>;
export function defineMessage(
  name: string,
  schema?: StandardSchemaV1,
  options: DefineMessageOptions = {},
): MessageDefinition<string, unknown, object> {
  if (typeof name !== "string" || name === "" || name === "*") {
    throw new ValueError(`A message type needs a name, got ${JSON.stringify(name)}.`);
  }
  const build = (fields: unknown): TypedMessage<string, object> => tag(name, checkFields(name, schema, fields));
  const serializer: MessageSerializer<TypedMessage<string, object>> = {
    dataContentType: JSON_DATA_CONTENT_TYPE,
    typeName: name,
    aliases: options.aliases,
    serialize: (message) => encodeJson(toWire(message, options), `A message of type ${name}`),
    deserialize: (payload) => {
      const json = decodeJson(payload, `A message of type ${name}`, options);
      return build(options.codec === undefined ? json : options.codec.decode(json));
    },
  };
  return Object.assign(build, {
    [MESSAGE_TYPE]: true as const,
    typeName: name,
    serializers: [serializer],
    is: (value: unknown): value is TypedMessage<string, object> => isObject(value) && value["type"] === name,
  });
}

function tag(name: string, fields: Record<string, unknown>): TypedMessage<string, object> {
  const own = fields["type"];
  if (own !== undefined && own !== name) {
    throw new ValueError(`A message of type ${name} cannot have the type ${JSON.stringify(own)}.`, {
      code: "ERR_MESSAGE_INVALID",
    });
  }
  return { type: name, ...fields };
}

function checkFields(name: string, schema: StandardSchemaV1 | undefined, fields: unknown): Record<string, unknown> {
  const checked = schema === undefined ? fields : validateFields(name, schema, fields);
  if (isObject(checked)) return checked;
  throw new ValueError(`A message of type ${name} must be an object of fields, got ${describe(checked)}.`, {
    code: "ERR_MESSAGE_INVALID",
  });
}

function validateFields(name: string, schema: StandardSchemaV1, fields: unknown): unknown {
  const result = validateStandard(schema, fields);
  if (result instanceof Promise) {
    result.catch(() => undefined);
    throw new ValueError(
      `The schema of message type ${name} checks asynchronously; a message needs one that does not.`,
    );
  }
  if (result.ok) return result.value;
  throw new ValueError(`A message of type ${name} does not fit its schema. ${formatIssues(result.issues)}`, {
    code: "ERR_MESSAGE_INVALID",
  });
}

function toWire(message: TypedMessage<string, object>, options: DefineMessageOptions): unknown {
  if (options.codec !== undefined) return options.codec.encode(message as never);
  if (options.tagged === true) return message;
  const { type: _, ...fields } = message;
  return fields;
}

function describe(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : typeof value;
}
