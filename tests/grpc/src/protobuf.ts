import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { RoutedAgent, on, protobufMessage, type HandlerDefinition, type MessageType } from "@tesserae/core";
import type { Heard } from "./peers.ts";

/** A message that is a text, `google.protobuf.StringValue`: every program with protobuf has it. */
interface Text {
  readonly $typeName: "google.protobuf.StringValue";
  readonly value: string;
}

const Text: MessageType<Text> = protobufMessage<Text>({
  typeName: "google.protobuf.StringValue",
  encode: ({ value }) => new BinaryWriter().tag(1, WireType.LengthDelimited).string(value).finish(),
  decode: (bytes) => {
    const reader = new BinaryReader(bytes);
    reader.tag();
    return text(reader.string());
  },
});

/** Makes such a message. */
export function text(value: string): Text {
  return { $typeName: "google.protobuf.StringValue", value };
}

/** Tells what it reads, and answers with it. */
export class TextReader extends RoutedAgent {
  static override readonly handlers: readonly HandlerDefinition[] = [
    on(Text, (self: TextReader, { value }, context) => {
      const topic = context.topicId?.toString() ?? null;
      self.#heard.tell({ received: value, agent: self.id.toString(), sender: null, topic });
      return text(`${value}!`);
    }),
  ];
  readonly #heard: Heard;

  constructor(heard: Heard) {
    super("reads protobuf");
    this.#heard = heard;
  }
}
