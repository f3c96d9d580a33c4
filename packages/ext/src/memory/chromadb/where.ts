import { isObject, ValueError, type Json, type JsonObject } from "@tesserae/core";

/**
 * True for metadata that a filter of Chroma's lets through: `{ key: value }`, `{ key: { $gt: 1 } }`, `$and`, `$or`.
 * Values of another type than the metadata's are never equal, greater or less; a key that is not there differs from all.
 *
 * @throws ValueError for a filter that Chroma would refuse.
 */
export function fitsWhere(where: JsonObject, metadata: JsonObject): boolean {
  const entries = Object.entries(where);
  const [first] = entries;
  if (entries.length !== 1 || first === undefined) {
    throw refused(`one key or operator at each place, and not ${entries.length}: join several by $and`);
  }
  const [key, expression] = first;
  if (key === "$and" || key === "$or") {
    if (!Array.isArray(expression) || expression.length < 2 || !expression.every(isFilter)) {
      throw refused(`a list of two or more filters after ${key}`);
    }
    const fits = expression.map((inner) => fitsWhere(inner, metadata));
    return key === "$and" ? fits.every(Boolean) : fits.some(Boolean);
  }
  return isObject(expression) ? fitsOperator(expression, metadata[key]) : metadata[key] === expression;
}

function isFilter(value: Json): value is JsonObject {
  return isObject(value);
}

function fitsOperator(expression: JsonObject, value: Json | undefined): boolean {
  const entries = Object.entries(expression);
  const [operator, operand] = entries[0] ?? ["", null];
  if (entries.length !== 1) throw refused("one operator for a key");
  switch (operator) {
    case "$eq":
      return value === operand;
    case "$ne":
      return value !== operand;
    case "$in":
      return listOf(operator, operand).includes(value ?? null);
    case "$nin":
      return !listOf(operator, operand).includes(value ?? null);
    case "$gt":
    case "$gte":
    case "$lt":
    case "$lte":
      if (typeof operand !== "number") throw refused(`a number after ${operator}`);
      return typeof value === "number" && COMPARED[operator](value, operand);
    default:
      throw refused(`$eq, $ne, $gt, $gte, $lt, $lte, $in or $nin, and not ${JSON.stringify(operator)}`);
  }
}

const COMPARED = {
  $gt: (left: number, right: number) => left > right,
  $gte: (left: number, right: number) => left >= right,
  $lt: (left: number, right: number) => left < right,
  $lte: (left: number, right: number) => left <= right,
} as const;

function listOf(operator: string, operand: Json): readonly Json[] {
  if (Array.isArray(operand)) return operand;
  throw refused(`a list after ${operator}`);
}

function refused(wanted: string): ValueError {
  return new ValueError(`A filter over metadata (where) must have ${wanted}.`);
}
