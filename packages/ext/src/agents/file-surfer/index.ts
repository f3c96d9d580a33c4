export { FileSurfer } from "./file-surfer.ts";
export type { FileSurferOptions, FileSurferSettings } from "./file-surfer-options.ts";
