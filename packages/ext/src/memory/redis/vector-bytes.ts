import { ValueError } from "@tesserae/core";
import type { RedisDatatype } from "./config.ts";

/** How many bytes a number takes. */
const WIDTHS: Readonly<Record<RedisDatatype, number>> = {
  uint8: 1,
  int8: 1,
  float16: 2,
  bfloat16: 2,
  float32: 4,
  float64: 8,
};

/** Vectors of length 1 become whole numbers up to this; by the cosine the length does not matter. */
const INT8_SCALE = 127;

/**
 * A vector as the search module keeps it: little-endian numbers, one after another.
 *
 * @throws ValueError for numbers that are not whole where they must be, or out of range.
 */
export function vectorToBytes(vector: readonly number[], datatype: RedisDatatype): Uint8Array {
  const bytes = new Uint8Array(vector.length * WIDTHS[datatype]);
  const view = new DataView(bytes.buffer);
  const values = datatype === "int8" && vector.every((value) => Math.abs(value) <= 1) ? scaled(vector) : vector;
  for (const [index, value] of values.entries()) write(view, index * WIDTHS[datatype], value, datatype);
  return bytes;
}

/** What {@link vectorToBytes} wrote. */
export function vectorFromBytes(bytes: Uint8Array, datatype: RedisDatatype): readonly number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = WIDTHS[datatype];
  return Array.from({ length: Math.floor(bytes.byteLength / width) }, (_, index) =>
    read(view, index * width, datatype),
  );
}

function scaled(vector: readonly number[]): readonly number[] {
  return vector.map((value) => Math.round(value * INT8_SCALE));
}

function write(view: DataView, offset: number, value: number, datatype: RedisDatatype): void {
  switch (datatype) {
    case "uint8":
      view.setUint8(offset, whole(value, 0, 255, datatype));
      break;
    case "int8":
      view.setInt8(offset, whole(value, -128, 127, datatype));
      break;
    case "float16":
      view.setUint16(offset, toFloat16(value), true);
      break;
    case "bfloat16":
      view.setUint16(offset, toBfloat16(value), true);
      break;
    case "float32":
      view.setFloat32(offset, value, true);
      break;
    case "float64":
      view.setFloat64(offset, value, true);
      break;
    default:
      datatype satisfies never;
  }
}

function read(view: DataView, offset: number, datatype: RedisDatatype): number {
  switch (datatype) {
    case "uint8":
      return view.getUint8(offset);
    case "int8":
      return view.getInt8(offset);
    case "float16":
      return fromFloat16(view.getUint16(offset, true));
    case "bfloat16":
      return floatOfBits(view.getUint16(offset, true) << 16);
    case "float32":
      return view.getFloat32(offset, true);
    case "float64":
      return view.getFloat64(offset, true);
    default:
      return datatype satisfies never;
  }
}

function whole(value: number, least: number, most: number, datatype: RedisDatatype): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new ValueError(
    `Vectors of the datatype ${datatype} hold whole numbers from ${least} to ${most}, and the embedding gave ${value}: ` +
      "use float32, or an embedding that gives such numbers.",
  );
}

const SCRATCH_BYTES = 4;

function bitsOfFloat(value: number): number {
  const view = new DataView(new ArrayBuffer(SCRATCH_BYTES));
  view.setFloat32(0, value);
  return view.getUint32(0);
}

function floatOfBits(bits: number): number {
  const view = new DataView(new ArrayBuffer(SCRATCH_BYTES));
  view.setUint32(0, bits >>> 0);
  return view.getFloat32(0);
}

/** The upper half of a float32, rounded to the nearest, to the even one of two. */
function toBfloat16(value: number): number {
  const bits = bitsOfFloat(value);
  const rounded = bits + 0x7f_ff + ((bits >>> 16) & 1);
  return (rounded >>> 16) & 0xff_ff;
}

/** IEEE 754 binary16: 5 bits of exponent, 10 of fraction; rounded to the nearest, to the even one of two. */
function toFloat16(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x80_00 : 0;
  const size = Math.abs(value);
  if (size >= 65_520) return sign | 0x7c_00;
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const steps = roundToEven(size / 2 ** (exponent - 10));
  // A fraction that was rounded up to 2048 steps is the next exponent, which adding gives by itself.
  return size < 2 ** -14 ? sign | steps : sign + ((exponent + 15) << 10) + (steps - 1024);
}

function fromFloat16(bits: number): number {
  const sign = bits & 0x80_00 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3_ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
