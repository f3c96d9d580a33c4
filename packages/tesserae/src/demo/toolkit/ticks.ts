/** Round values that cover `[low, high]`, about `count` of them. */
export function roundTicks(low: number, high: number, count: number): readonly number[] {
  const [from, to] =
    low === high ? [low - Math.max(1, Math.abs(low)) / 2, high + Math.max(1, Math.abs(high)) / 2] : [low, high];
  const rough = (to - from) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.floor(from / step + 1e-9);
  const last = Math.ceil(to / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** Writes ticks with the digits that tell them apart, and thousands with a thin space. */
export function tickLabels(ticks: readonly number[]): readonly string[] {
  const largest = Math.max(...ticks.map(Math.abs));
  if (largest >= 1e9 || (largest > 0 && largest < 1e-4)) return ticks.map((tick) => tick.toExponential(2));
  const digits = Math.max(...ticks.map((tick) => (String(tick).split(".")[1] ?? "").length));
  return ticks.map((tick) => grouped(tick.toFixed(Math.min(digits, 8))));
}

/** Which of `count` labels, each at most `width` wide, fit side by side on `length`: every n-th. */
export function everyNth(count: number, width: number, length: number, gap: number): number {
  const room = Math.max(1, Math.floor((length + gap) / (width + gap)));
  const needed = Math.max(1, Math.ceil(count / room));
  return [1, 2, 3, 4, 6, 12].find((step) => step >= needed) ?? needed;
}

function grouped(text: string): string {
  const [whole = "", fraction] = text.split(".");
  const spaced =
    whole.length > 4 + (whole.startsWith("-") ? 1 : 0) ? whole.replace(/\B(?=(\d{3})+$)/g, "\u2009") : whole;
  return fraction === undefined ? spaced : `${spaced}.${fraction}`;
}
