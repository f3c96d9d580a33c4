import { isObject } from "../../json.ts";
import { SchemaConversionError, schemaPlace } from "../errors.ts";
import type { CompileContext } from "./context.ts";
import { malformed, read, readRecord, readText, type Keywords } from "./read.ts";

/** How the alternatives of a union are told apart by the value of one key. */
export interface Tags {
  readonly key: string;
  /** Position of the alternative by tag. */
  readonly branches: ReadonlyMap<string, number>;
  /** True when the schema says so itself (OpenAPI's `discriminator`), false when it follows from constants. */
  readonly explicit: boolean;
}

/** Finds the tag of a union, or undefined when its alternatives must be tried one after the other. */
export function readTags(
  context: CompileContext,
  schema: Keywords,
  alternatives: readonly unknown[],
  pointer: string,
): Tags | undefined {
  const discriminator = readRecord(schema, "discriminator", pointer);
  if (discriminator !== undefined) return explicitTags(context, discriminator, alternatives, pointer);
  if (alternatives.length < 2) return undefined;
  const objects = alternatives.map((alternative) => follow(context, alternative, pointer));
  const [first] = objects;
  if (first === undefined) return undefined;
  for (const key of Object.keys(readObject(first, "properties"))) {
    const branches = new Map<string, number>();
    // Only where each alternative wants an object with that key is it sure that no other alternative can fit.
    const distinct = objects.every(
      (object, index) =>
        object !== undefined &&
        read(object, "type") === "object" &&
        read(object, "nullable") !== true &&
        requires(object, key) &&
        addTags(branches, tagsOf(object, key), index),
    );
    if (distinct) return { key, branches, explicit: false };
  }
  return undefined;
}

function explicitTags(
  context: CompileContext,
  discriminator: Keywords,
  alternatives: readonly unknown[],
  pointer: string,
): Tags {
  const key = readText(discriminator, "propertyName", pointer);
  if (key === undefined) throw malformed(pointer, "discriminator", "an object with propertyName");
  const mapping = Object.entries(readRecord(discriminator, "mapping", pointer) ?? {});
  const branches = new Map<string, number>();
  for (const [index, alternative] of alternatives.entries()) {
    const reference = isObject(alternative) ? read(alternative, "$ref") : undefined;
    const object = follow(context, alternative, pointer);
    // A constant in the alternative decides; else the mapping; else, as OpenAPI has it, the name of the schema.
    const constants = object === undefined ? [] : tagsOf(object, key);
    const mapped = mapping.flatMap(([tag, target]) =>
      target === reference || isNameOf(target, reference) ? [tag] : [],
    );
    const implied = typeof reference === "string" ? [lastSegment(reference)] : [];
    const tags = constants.length > 0 ? constants : mapped.length > 0 ? mapped : implied;
    if (tags.length === 0 || !addTags(branches, tags, index)) {
      throw new SchemaConversionError(
        `The discriminator at ${schemaPlace(pointer)} cannot tell alternative ${index} apart: ` +
          `give its property ${JSON.stringify(key)} a const of its own, or name the alternative in the discriminator's mapping.`,
        { pointer, keyword: "discriminator" },
      );
    }
  }
  return { key, branches, explicit: true };
}

function isNameOf(target: unknown, reference: unknown): boolean {
  return (
    typeof target === "string" &&
    typeof reference === "string" &&
    !target.includes("/") &&
    target === lastSegment(reference)
  );
}

function lastSegment(reference: string): string {
  return reference.slice(reference.lastIndexOf("/") + 1);
}

/** The object schema behind an alternative; only references that stand alone are followed. */
function follow(context: CompileContext, alternative: unknown, pointer: string): Keywords | undefined {
  let part = alternative;
  for (let hops = 0; hops < 16; hops += 1) {
    if (!isObject(part)) return undefined;
    const reference = read(part, "$ref");
    if (typeof reference !== "string") return part;
    part = context.document.resolve(reference, pointer).schema;
  }
  return undefined;
}

function readObject(schema: Keywords, keyword: string): Keywords {
  const value = read(schema, keyword);
  return isObject(value) ? value : {};
}

function requires(schema: Keywords, key: string): boolean {
  const required = read(schema, "required");
  return Array.isArray(required) && required.includes(key);
}

/** The texts that a property may have, or none when it may have anything else too. */
function tagsOf(schema: Keywords, key: string): readonly string[] {
  const property = readObject(readObject(schema, "properties"), key);
  const constant = read(property, "const");
  if (typeof constant === "string") return [constant];
  const values = read(property, "enum");
  if (!Array.isArray(values)) return [];
  const texts = values.filter((value) => typeof value === "string");
  return texts.length === values.length ? texts : [];
}

/** Adds tags of one alternative; false when there are none or another alternative has one of them. */
function addTags(branches: Map<string, number>, tags: readonly string[], index: number): boolean {
  for (const tag of tags) {
    if (branches.has(tag) && branches.get(tag) !== index) return false;
    branches.set(tag, index);
  }
  return tags.length > 0;
}
