/** How far two vectors are from each other: the distances of Chroma and of Redis. */
export type DistanceMetric = "cosine" | "l2" | "ip";

/** 1 minus the cosine, the squared Euclidean distance, or 1 minus the inner product. */
export function distanceBetween(metric: DistanceMetric, left: ArrayLike<number>, right: ArrayLike<number>): number {
  let product = 0;
  let leftSquare = 0;
  let rightSquare = 0;
  let differenceSquare = 0;
  for (let index = 0; index < left.length; index += 1) {
    const a = left[index] ?? 0;
    const b = right[index] ?? 0;
    product += a * b;
    leftSquare += a * a;
    rightSquare += b * b;
    differenceSquare += (a - b) ** 2;
  }
  if (metric === "l2") return differenceSquare;
  if (metric === "ip") return 1 - product;
  const lengths = Math.sqrt(leftSquare * rightSquare);
  // A vector of zeros has no direction: it is near to nothing.
  return lengths === 0 ? 1 : 1 - product / lengths;
}
