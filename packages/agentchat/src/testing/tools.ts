import { ValueError, tool, type Tool } from "@tesserae/core";

const INTEGERS = {
  type: "object",
  properties: { a: { type: "integer" }, b: { type: "integer" } },
  required: ["a", "b"],
} as const;

/** Adds two numbers. */
export function addTool(name = "add"): Tool {
  return tool({
    name,
    description: "Adds two numbers.",
    parameters: { ...INTEGERS },
    execute: ({ a, b }) => String(Number(a) + Number(b)),
  });
}

/** Fails with a message. */
export function failTool(): Tool {
  return tool({
    name: "fail",
    description: "Fails.",
    parameters: { type: "object", properties: {} },
    execute: (): string => {
      throw new ValueError("it broke");
    },
  });
}
