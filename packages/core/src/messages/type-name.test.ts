import { expect, test } from "vitest";
import { defineMessage } from "./define-message.ts";
import { AnyMessage, isMessageType } from "./message-type.ts";
import { typeNameOf } from "./type-name.ts";

class Declared {
  static readonly typeName = "myapp.Declared";
}
class Inherited extends Declared {}

test("a message is named by its tag, a protobuf message by its own, an object by the class that declares a name", () => {
  expect(typeNameOf({ type: "Tagged" })).toBe("Tagged");
  expect(typeNameOf({ $typeName: "agents.ProtoMessage" })).toBe("agents.ProtoMessage");
  expect(typeNameOf(new Declared())).toBe("myapp.Declared");
});

test("the name of a class that declares none is never taken: bundlers change it", () => {
  for (const message of [new Inherited(), new (class Plain {})(), {}, "text", 5, null, undefined, { type: 5 }]) {
    expect(typeNameOf(message)).toBeUndefined();
  }
});

test("message types are known by their mark, also those of another copy of the package", () => {
  const Greeting = defineMessage<{ readonly text: string }>("Greeting");
  expect(isMessageType(Greeting)).toBe(true);
  expect(isMessageType(AnyMessage)).toBe(true);
  expect(isMessageType({ [Symbol.for("tesserae.MessageType")]: true })).toBe(true);
  for (const other of [Declared, {}, "Greeting", null, undefined]) expect(isMessageType(other)).toBe(false);
});
