import type { DistanceMetric } from "../shared/distance.ts";

/**
 * How near a match is, from its distance: higher is nearer.
 *
 * In a collection that compares by the cosine it is the cosine; by the inner product, that from 0 to 1; by the squared
 * Euclidean distance d, 1 / (1 + d). Python asks Chroma for a metric in a way that Chroma does not hear, so that all its
 * collections compare by d; for `cosine` it takes 1 - d / 2 then, which is the cosine for vectors of length 1. Thresholds
 * that were found there are good here, in either kind of collection.
 */
export function scoreOf(distance: number, wanted: DistanceMetric, metric: DistanceMetric): number {
  if (metric === "cosine") return 1 - distance;
  if (metric === "ip") return Math.min(1, Math.max(0, 1 - distance));
  return wanted === "cosine" ? 1 - distance / 2 : 1 / (1 + distance);
}
