/*
 * The part of the browser's DOM that the functions in this folder use. They are run in a page, as text: this package is
 * compiled without the DOM's own types, which would make `document` a word that every file of it may use.
 */

/** A rectangle in pixels of the viewport. */
export interface DomRect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly width: number;
  readonly height: number;
}

/** A node of a document. */
export interface DomNode {
  readonly nodeType: number;
  readonly textContent: string | null;
  readonly parentNode: DomNode | null;
  readonly childNodes: ArrayLike<DomNode>;
}

/** What has elements below it: a document, or the shadow root of an element. */
export interface DomRoot extends DomNode {
  readonly activeElement: DomElement | null;
  /** Of a shadow root: the element that has it. */
  readonly host?: DomElement;
  querySelectorAll(selectors: string): ArrayLike<DomElement>;
  getElementById(id: string): DomElement | null;
  elementFromPoint(x: number, y: number): DomElement | null;
}

/** An element; members that only some have are optional. */
export interface DomElement extends DomNode {
  readonly tagName: string;
  readonly innerText?: string;
  readonly children: ArrayLike<DomElement>;
  readonly parentElement: DomElement | null;
  readonly shadowRoot: DomRoot | null;
  readonly scrollHeight: number;
  readonly clientHeight: number;
  readonly scrollTop: number;
  readonly labels?: ArrayLike<DomElement> | null;
  readonly href?: unknown;
  readonly src?: unknown;
  readonly value?: unknown;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  hasAttribute(name: string): boolean;
  getClientRects(): ArrayLike<DomRect>;
  getRootNode(): DomNode;
  matches(selectors: string): boolean;
  checkVisibility?(options: object): boolean;
  assignedNodes?(options: object): ArrayLike<DomNode>;
}

/** The global object of a page. */
export interface PageGlobal {
  readonly document: DomRoot & {
    readonly documentElement: DomElement | null;
    readonly body: DomElement | null;
    createRange(): { selectNodeContents(node: DomNode): void; getClientRects(): ArrayLike<DomRect> };
  };
  readonly innerHeight: number;
  readonly innerWidth: number;
  readonly visualViewport?: Readonly<Record<string, number>> | null;
  getComputedStyle(element: DomElement): Readonly<Record<string, string>>;
}
