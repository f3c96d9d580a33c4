import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** How one field of a protobuf message is written and read. Unknown fields are skipped. */
export interface Field<Value> {
  readonly number: number;
  /** What an absent field is read as. */
  readonly absent: Value;
  /** Writes nothing for the absent value. */
  write(writer: BinaryWriter, value: Value): void;
  /** @param previous what the earlier occurrences of the field gave. */
  read(reader: BinaryReader, previous: Value): Value;
}

/** Writes and reads the messages of one protobuf type. */
export interface MessageCodec<Message> {
  /** Fields that are left out are absent on the wire. */
  encode(message: Partial<Message>): Uint8Array;
  /** @throws Error for bytes that are no protobuf message. */
  decode(bytes: Uint8Array): Message;
}

/** The codec of a message with these fields. */
export function messageCodec<Message extends object>(fields: {
  readonly [Name in keyof Message]-?: Field<Message[Name]>;
}): MessageCodec<Message> {
  const list = Object.entries(fields) as [string, Field<unknown>][];
  const byNumber = new Map(list.map(([name, field]) => [field.number, { name, field }]));
  const absent = Object.fromEntries(list.map(([name, field]) => [name, field.absent]));
  return {
    encode(message) {
      const writer = new BinaryWriter();
      for (const [name, field] of list) {
        const value: unknown = Reflect.get(message, name);
        if (value !== undefined) field.write(writer, value);
      }
      return writer.finish();
    },
    decode(bytes) {
      const reader = new BinaryReader(bytes);
      const message: Record<string, unknown> = { ...absent };
      while (reader.pos < reader.len) {
        const [number, wireType] = reader.tag();
        const known = byNumber.get(number);
        // Every field of the protocol has a length in front.
        if (known === undefined || wireType !== WireType.LengthDelimited) reader.skip(wireType, number);
        else message[known.name] = known.field.read(reader, message[known.name]);
      }
      return message as Message;
    },
  };
}

/** A `string` field. */
export function text(number: number): Field<string> {
  return {
    number,
    absent: "",
    write: (writer, value) => {
      if (value !== "") writer.tag(number, WireType.LengthDelimited).string(value);
    },
    read: (reader) => reader.string(),
  };
}

/** An `optional string` field, or one of a `oneof`: the empty text is there. */
export function optionalText(number: number): Field<string | undefined> {
  return {
    number,
    absent: undefined,
    write: (writer, value) => {
      if (value !== undefined) writer.tag(number, WireType.LengthDelimited).string(value);
    },
    read: (reader) => reader.string(),
  };
}

/** A `bytes` field, or one that holds a message that is not looked into. */
export function optionalBytes(number: number): Field<Uint8Array | undefined> {
  return {
    number,
    absent: undefined,
    write: (writer, value) => {
      if (value !== undefined) writer.tag(number, WireType.LengthDelimited).bytes(value);
    },
    read: (reader) => reader.bytes(),
  };
}

/** A field that holds a message. */
export function nested<Message>(number: number, codec: MessageCodec<Message>): Field<Message | undefined> {
  const bytes = optionalBytes(number);
  return {
    number,
    absent: undefined,
    write: (writer, value) => bytes.write(writer, value === undefined ? undefined : codec.encode(value)),
    read: (reader) => codec.decode(reader.bytes()),
  };
}

/** A `repeated` field of messages. */
export function list<Message>(number: number, codec: MessageCodec<Message>): Field<readonly Message[]> {
  const bytes = optionalBytes(number);
  return {
    number,
    absent: [],
    write: (writer, values) => {
      for (const value of values) bytes.write(writer, codec.encode(value));
    },
    read: (reader, previous) => [...previous, codec.decode(reader.bytes())],
  };
}

/** A `map<string, …>` field. */
export function map<Value>(number: number, value: Field<Value>): Field<ReadonlyMap<string, Value>> {
  const entry = messageCodec<{ readonly key: string; readonly value: Value }>({ key: text(1), value });
  const bytes = optionalBytes(number);
  return {
    number,
    absent: new Map(),
    write: (writer, values) => {
      for (const [key, each] of values) bytes.write(writer, entry.encode({ key, value: each }));
    },
    read: (reader, previous) => {
      const { key, value: each } = entry.decode(reader.bytes());
      return new Map(previous).set(key, each);
    },
  };
}
