/** Maximum number of milliseconds that a test waits for something on a page. */
const PATIENCE = 15_000;

/** Position, size and text of an element that a test has found on a page. */
interface Sight {
  /** Centre of the element, in CSS pixels from the left and top edges of the window. */
  x: number;
  y: number;
  width: number;
  height: number;
  text: string;
  /** Whether another element covers the centre of this element. */
  covered: boolean;
}

/**
 * A page in a browser. Tests use it with real clicks and key presses. In selectors, `>>>` enters a shadow root or a
 * frame of the same origin, for example `uis-call-button >>> [part~=submit]`.
 */
export abstract class Tab {
  /**
   * Errors and warnings in the console so far. In WebKit, the list is always empty, because its driver does not report
   * them.
   */
  readonly complaints: string[] = [];

  abstract goto(url: string): Promise<void>;

  /** Runs a function in the page. Resolves to the result of the function, which must be a JSON value. */
  abstract run<Result, Args extends unknown[]>(
    work: (...args: Args) => Result | Promise<Result>,
    ...args: Args
  ): Promise<Result>;

  /** Types each character. */
  abstract type(text: string): Promise<void>;

  /** Presses keys one after another. A combination is written with a plus sign, for example `Shift+Tab`. */
  abstract press(...keys: string[]): Promise<void>;

  /** Undoes the last change of text in a field. */
  abstract undo(): Promise<void>;

  abstract resize(width: number, height: number): Promise<void>;

  abstract close(): Promise<void>;

  protected abstract pointAt(x: number, y: number, clicks: number): Promise<void>;

  /** Waits for the element, and then clicks its centre. */
  async click(selector: string, clicks = 1): Promise<void> {
    const { x, y } = await this.#reach(selector);
    await this.pointAt(x, y, clicks);
  }

  async hover(selector: string): Promise<void> {
    const { x, y } = await this.#reach(selector);
    await this.pointAt(x, y, 0);
  }

  /** Types a text into a field. The text replaces the old text of the field. */
  async fill(selector: string, text: string): Promise<void> {
    await this.click(selector);
    await this.press("Control+a");
    await this.type(text);
  }

  /** Waits until the element is visible, and returns its text. */
  async text(selector: string): Promise<string> {
    return (await this.see(selector)).text;
  }

  /** Waits until the text of the element matches the pattern. */
  async reads(selector: string, text: RegExp): Promise<void> {
    let last = "";
    await this.#until(
      async () => text.test((last = (await this.#look(selector))?.text ?? "")),
      () => `${selector} reads ${JSON.stringify(last)}, not ${String(text)}`,
    );
  }

  async isGone(selector: string): Promise<void> {
    await this.#until(
      async () => (await this.#look(selector)) === undefined,
      () => `${selector} is still to be seen`,
    );
  }

  /** Waits until the element is visible and does not move any more. Returns its position and text. */
  see(selector: string): Promise<Sight> {
    return this.#find(selector, () => true);
  }

  /** Waits until the element is visible, does not move any more, and is not covered by another element. */
  #reach(selector: string): Promise<Sight> {
    return this.#find(selector, ({ covered }) => !covered);
  }

  async #find(selector: string, suits: (sight: Sight) => boolean): Promise<Sight> {
    let before: Sight | undefined;
    let seen: Sight | undefined;
    await this.#until(
      async () => {
        [before, seen] = [seen, await this.#look(selector)];
        return seen !== undefined && before?.x === seen.x && before.y === seen.y && suits(seen);
      },
      () => {
        if (seen === undefined) return `there is no ${selector}`;
        return `${selector} ${seen.covered ? "is covered" : "does not hold still"}`;
      },
    );
    return seen!;
  }

  #look(selector: string): Promise<Sight | undefined> {
    return this.run((path): Sight | undefined => {
      const isShown = (element: Element): boolean => {
        const { width, height } = element.getBoundingClientRect();
        return width * height > 0 && getComputedStyle(element).visibility === "visible";
      };
      type Root = Document | ShadowRoot | null;
      const rootIn = (element: Element | null): Root =>
        element?.shadowRoot ?? (element as Partial<HTMLIFrameElement> | null)?.contentDocument ?? null;
      const find = (root: Root, [step = "", ...inside]: string[]): Element | undefined => {
        for (const element of root?.querySelectorAll(step) ?? []) {
          const found = inside.length > 0 ? find(rootIn(element), inside) : element;
          if (found !== undefined && isShown(found)) return found;
        }
        return undefined;
      };
      const found = find(document, path.split(" >>> "));
      if (found === undefined) return undefined;
      const around = (node: Node): Node | null =>
        node.parentNode ?? (node as Partial<ShadowRoot>).host ?? null;
      // WebKit divides the element's distance from the corner of the page by the CSS zoom. It then subtracts the scroll
      // offset, which it does not divide. This code corrects the result.
      let zoom = 1;
      if (!("currentCSSZoom" in found))
        for (let node: Node | null = found; node && node.nodeType !== 9; node = around(node))
          if (node.nodeType === 1) zoom *= Number(getComputedStyle(node as Element).zoom) || 1;
      const boxOf = () => {
        const { left, top, width, height } = found.getBoundingClientRect();
        const [x, y] = [(left + scrollX) * zoom - scrollX, (top + scrollY) * zoom - scrollY];
        return { left: x, top: y, width: width * zoom, height: height * zoom };
      };
      let { left, top, width, height } = boxOf();
      if (top < 0 || top + height > innerHeight || left < 0 || left + width > innerWidth) {
        found.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
        ({ left, top, width, height } = boxOf());
      }
      const text = ((found as HTMLElement).innerText || found.textContent).replaceAll(/\s+/g, " ").trim();
      let [x, y] = [left + width / 2, top + height / 2];
      const frames: Element[] = [];
      for (let view = found.ownerDocument.defaultView; view?.frameElement; view = view.parent as typeof view)
        frames.push(view.frameElement);
      const cornerOf = (frame: Element) => {
        const box = frame.getBoundingClientRect();
        return { x: box.left + frame.clientLeft, y: box.top + frame.clientTop };
      };
      for (const corner of frames.map(cornerOf)) [x, y] = [x + corner.x, y + corner.y];
      let [hit, within] = [document.elementFromPoint(x, y), { x, y }];
      for (let inner = rootIn(hit); hit && inner; inner = rootIn(hit)) {
        const corner = hit.shadowRoot ? { x: 0, y: 0 } : cornerOf(hit);
        within = { x: within.x - corner.x, y: within.y - corner.y };
        const deeper = inner.elementFromPoint(within.x, within.y);
        if (deeper === null || deeper === hit) break;
        hit = deeper;
      }
      let over: Node | null = hit;
      while (over && over !== found) over = around(over);
      return { x, y, width, height, text, covered: !over };
    }, selector).then((sight) => sight ?? undefined);
  }

  async #until(holds: () => Promise<boolean>, problem: () => string): Promise<void> {
    const deadline = Date.now() + PATIENCE;
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error(problem());
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }
}
