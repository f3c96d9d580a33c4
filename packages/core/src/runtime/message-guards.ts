import { isPlainObject } from "../json-fault.ts";
import { ownTypeName } from "../messages/type-name.ts";

/**
 * Freezes a message and all data in it: arrays, plain objects and instances of message classes.
 * Other objects (a client, a signal, a map) are left as they are, because they may need to change to work.
 */
export function deepFreeze(value: unknown): void {
  freeze(value, new Set());
}

function freeze(value: unknown, seen: Set<object>): void {
  if (typeof value !== "object" || value === null || seen.has(value) || !isMessageData(value)) return;
  seen.add(value);
  Object.freeze(value);
  for (const key of Reflect.ownKeys(value)) {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    if (descriptor !== undefined && "value" in descriptor) freeze(descriptor.value, seen);
  }
}

/**
 * A deep copy of a message: of arrays, plain objects, instances of message classes, maps, sets, dates and bytes.
 * Other objects are shared, because their state may lie where no copy reaches it.
 */
export function cloneMessage(value: unknown): unknown {
  return copy(value, new Map());
}

function copy(value: unknown, copies: Map<object, unknown>): unknown {
  if (typeof value !== "object" || value === null) return value;
  const known = copies.get(value);
  if (known !== undefined) return known;
  if (isMessageData(value)) return copyProperties(value, copies);
  if (value instanceof Map) {
    const cloned = new Map<unknown, unknown>();
    copies.set(value, cloned);
    for (const [key, item] of value) cloned.set(copy(key, copies), copy(item, copies));
    return cloned;
  }
  if (value instanceof Set) {
    const cloned = new Set<unknown>();
    copies.set(value, cloned);
    for (const item of value) cloned.add(copy(item, copies));
    return cloned;
  }
  const cloned =
    value instanceof Date || ArrayBuffer.isView(value) || value instanceof ArrayBuffer ? structuredClone(value) : value;
  copies.set(value, cloned);
  return cloned;
}

function copyProperties(value: object, copies: Map<object, unknown>): object {
  const cloned: object = Array.isArray(value) ? [] : Object.create(Object.getPrototypeOf(value));
  copies.set(value, cloned);
  for (const key of Reflect.ownKeys(value)) {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    if (descriptor === undefined) continue;
    if ("value" in descriptor) descriptor.value = copy(descriptor.value, copies);
    Object.defineProperty(cloned, key, descriptor);
  }
  return cloned;
}

function isMessageData(value: object): boolean {
  return Array.isArray(value) || isPlainObject(value) || ownTypeName(value.constructor) !== undefined;
}
