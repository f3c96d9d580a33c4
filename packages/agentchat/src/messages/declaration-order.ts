import { isObject, parseJsonPointer } from "@tesserae/core";

/**
 * The value with its keys in the order in which a JSON Schema declares them, at every depth. Keys that the schema does
 * not declare keep their order behind the others.
 */
export function inDeclarationOrder(schema: unknown, value: unknown, root: unknown = schema): unknown {
  const own = resolved(schema, root);
  if (own === undefined || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    return "items" in own ? value.map((item) => inDeclarationOrder(own["items"], item, root)) : value;
  }
  const shape = objectShape(own, value, root);
  const properties = shape?.["properties"];
  if (!isObject(properties)) return value;
  const ordered: Record<string, unknown> = {};
  const source: Record<string, unknown> = { ...value };
  for (const [key, property] of Object.entries(properties)) {
    if (Object.hasOwn(source, key)) ordered[key] = inDeclarationOrder(property, source[key], root);
  }
  for (const key of Object.keys(source)) if (!Object.hasOwn(ordered, key)) ordered[key] = source[key];
  return ordered;
}

type Schema = Readonly<Record<string, unknown>>;

/** Follows references inside the document; a chain of them that leads nowhere gives nothing. */
function resolved(schema: unknown, root: unknown): Schema | undefined {
  let current = schema;
  for (let step = 0; step < 32; step += 1) {
    if (!isObject(current)) return undefined;
    const reference = current["$ref"];
    if (typeof reference !== "string" || !reference.startsWith("#")) return current;
    current = at(root, reference.slice(1));
  }
  return undefined;
}

function at(root: unknown, pointer: string): unknown {
  let current = root;
  for (const key of parseJsonPointer(pointer) ?? []) current = isObject(current) ? current[key] : undefined;
  return current;
}

/** The schema itself, or the first alternative whose required keys the value has. */
function objectShape(schema: Schema, value: object, root: unknown): Schema | undefined {
  if (isObject(schema["properties"])) return schema;
  for (const keyword of ["anyOf", "oneOf", "allOf"]) {
    const branches = schema[keyword];
    if (!Array.isArray(branches)) continue;
    for (const branch of branches) {
      const own = resolved(branch, root);
      const required = own?.["required"];
      if (own === undefined || !isObject(own["properties"])) continue;
      if (!Array.isArray(required) || required.every((key) => Object.hasOwn(value, String(key)))) return own;
    }
  }
  return undefined;
}
