import type { AddMessage } from "./subject.ts";

/** What an actor of the floor does with a message. */
export type Receive = (message: AddMessage) => number | Promise<number>;

interface Letter {
  readonly message: AddMessage;
  readonly resolve: ((value: number | Promise<number>) => void) | undefined;
  readonly reject: ((error: unknown) => void) | undefined;
}

/**
 * The floor: the least that an asynchronous actor runtime with text addresses can be. A map of mailboxes, each drained
 * from a microtask, and one promise a request.
 */
export class Floor {
  readonly #mailboxes = new Map<string, Mailbox>();
  readonly #make: (address: string) => Receive;

  constructor(make: (address: string) => Receive) {
    this.#make = make;
  }

  request(address: string, message: AddMessage): Promise<number> {
    return new Promise((resolve, reject) => this.#at(address).push({ message, resolve, reject }));
  }

  tell(address: string, message: AddMessage): void {
    this.#at(address).push({ message, resolve: undefined, reject: undefined });
  }

  #at(address: string): Mailbox {
    const known = this.#mailboxes.get(address);
    if (known !== undefined) return known;
    const mailbox = new Mailbox(this.#make(address));
    this.#mailboxes.set(address, mailbox);
    return mailbox;
  }
}

/** Handles its letters one after another, as a mailbox does, and waits for handlers that are asynchronous. */
class Mailbox {
  readonly #receive: Receive;
  readonly #letters: Letter[] = [];
  #draining = false;

  constructor(receive: Receive) {
    this.#receive = receive;
  }

  push(letter: Letter): void {
    this.#letters.push(letter);
    if (this.#draining) return;
    this.#draining = true;
    queueMicrotask(() => void this.#drain());
  }

  async #drain(): Promise<void> {
    for (let letter = this.#letters.shift(); letter !== undefined; letter = this.#letters.shift()) {
      try {
        const reply = await this.#receive(letter.message);
        letter.resolve?.(reply);
      } catch (error) {
        letter.reject?.(error);
      }
    }
    this.#draining = false;
  }
}
