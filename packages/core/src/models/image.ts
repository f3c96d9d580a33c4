/** An image as plain data. Its JSON form in AutoGen's files is `{"data": "<base64>"}`; the media type is sniffed when read. */
export interface Image {
  readonly type: "Image";
  /** The original bytes in base64, never re-encoded. */
  readonly data: string;
  /** `image/png`, `image/jpeg`, `image/gif` or `image/webp`. */
  readonly mediaType: string;
}
