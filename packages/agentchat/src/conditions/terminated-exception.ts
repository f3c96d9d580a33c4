import { TesseraeError } from "@tesserae/core";

/** A condition was asked after it had fired and before it was reset. */
export class TerminatedException extends TesseraeError {
  constructor(message = "The termination condition has already been reached. Reset it before it is asked again.") {
    super("ERR_CONDITION_TERMINATED", message);
    this.name = "TerminatedException";
  }
}
