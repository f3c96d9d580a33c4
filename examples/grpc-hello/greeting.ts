/** The message type of what is generated from `greeting.proto`. */
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { protobufMessage, type MessageType } from "@tesserae/core";
import { GreetingSchema, type Greeting as GreetingMessage } from "./generated/greeting_pb.ts";

//#region greeting
export const Greeting: MessageType<GreetingMessage> = protobufMessage<GreetingMessage>({
  typeName: GreetingSchema.typeName,
  encode: (greeting) => toBinary(GreetingSchema, greeting),
  decode: (bytes) => fromBinary(GreetingSchema, bytes),
});

/** Makes one that is said in TypeScript. */
export function greeting(text: string): GreetingMessage {
  return create(GreetingSchema, { text, language: "TypeScript" });
}
//#endregion
