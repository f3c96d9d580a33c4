import type { Mark } from "./place-marks.ts";

/** What {@link drawPicture} is told. */
export type DrawRequest = {
  /** A PNG in base64. */
  readonly png: string;
  /** With marks the picture is grey, so that they stand out. */
  readonly marks: readonly Mark[] | null;
  /** The size of the picture that is made; null for that of the one given. */
  readonly size: { readonly width: number; readonly height: number } | null;
};

/** The part of the browser's canvas that is drawn with. */
interface Canvas {
  width: number;
  height: number;
  getContext(kind: "2d"): Brush;
  toDataURL(type: "image/png"): string;
}

interface Brush {
  fillStyle: string;
  strokeStyle: string;
  lineWidth: number;
  font: string;
  filter: string;
  textAlign: string;
  textBaseline: string;
  imageSmoothingQuality: string;
  drawImage(source: unknown, x: number, y: number, width: number, height: number): void;
  fillRect(x: number, y: number, width: number, height: number): void;
  strokeRect(x: number, y: number, width: number, height: number): void;
  fillText(text: string, x: number, y: number): void;
  measureText(text: string): { readonly width: number };
}

interface Studio {
  readonly Image: new () => { src: string; readonly width: number; readonly height: number; decode(): Promise<void> };
  readonly document: { createElement(name: "canvas"): Canvas };
}

/** Runs in a page of our own: draws marks on a picture, scales it, and gives it with the boxes of the labels. */
export async function drawPicture({ png, marks, size }: DrawRequest): Promise<object> {
  const { Image, document } = globalThis as unknown as Studio;
  const LABEL_HEIGHT = 14;
  const PADDING = 3;
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvasOf = (width: number, height: number): Canvas => {
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    return canvas;
  };
  const whole = canvasOf(image.width, image.height);
  const brush = whole.getContext("2d");
  if (marks !== null) brush.filter = "grayscale(1)";
  brush.drawImage(image, 0, 0, image.width, image.height);
  brush.filter = "none";

  const labels: object[] = [];
  for (const { text, rect, color, labelColor, anchor, isAbove } of marks ?? []) {
    const solid = `rgb(${color.join(" ")})`;
    brush.fillStyle = `rgb(${color.join(" ")} / ${48 / 255})`;
    brush.fillRect(rect.left, rect.top, rect.right - rect.left, rect.bottom - rect.top);
    brush.strokeStyle = solid;
    brush.lineWidth = 2;
    brush.strokeRect(rect.left + 1, rect.top + 1, rect.right - rect.left - 2, rect.bottom - rect.top - 2);
    brush.font = `${LABEL_HEIGHT}px sans-serif`;
    brush.textAlign = "right";
    brush.textBaseline = isAbove ? "bottom" : "top";
    const width = Math.ceil(brush.measureText(text).width);
    const top = isAbove ? anchor.y - LABEL_HEIGHT : anchor.y;
    const label = {
      text,
      left: anchor.x - width - PADDING,
      top: top - PADDING,
      right: anchor.x + PADDING,
      bottom: top + LABEL_HEIGHT + PADDING,
    };
    brush.fillStyle = solid;
    brush.fillRect(label.left, label.top, label.right - label.left, label.bottom - label.top);
    brush.fillStyle = `rgb(${labelColor.join(" ")})`;
    brush.fillText(text, anchor.x, anchor.y);
    labels.push(label);
  }

  let result = whole;
  if (size !== null && (size.width !== image.width || size.height !== image.height)) {
    result = canvasOf(size.width, size.height);
    const scaled = result.getContext("2d");
    scaled.imageSmoothingQuality = "high";
    scaled.drawImage(whole, 0, 0, size.width, size.height);
  }
  return { png: result.toDataURL("image/png").slice("data:image/png;base64,".length), labels };
}
