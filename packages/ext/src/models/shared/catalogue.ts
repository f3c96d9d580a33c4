import { ModelCatalogue } from "@tesserae/wire/catalogue";

let standard: ModelCatalogue | undefined;

/**
 * The catalogue of clients that are given none: the built-in tables, parsed once in a process. Nothing is ever
 * registered in it; who knows more models makes a `ModelCatalogue`, registers them there, and passes it on.
 */
export function standardCatalogue(): ModelCatalogue {
  standard ??= new ModelCatalogue();
  return standard;
}
