import { e164, LINE_END, marksOf } from "./number.js";
import { formatPhone, plainNumber, readPhone } from "./reading.js";

/** Text and selection of the input before an edit. */
interface Before {
  value: string;
  start: number;
  end: number;
}

/**
 * Groups the digits of a telephone number in an `<input type="tel">` while the number is typed, pasted, filled in or
 * corrected. Handles the input's events `beforeinput`, `input`, `change`, `paste`, `drop` and `compositionend`.
 *
 * The browser performs each edit. Separators are inserted with `execCommand`, so that the browser's undo removes them.
 */
export class PhoneField implements EventListenerObject {
  readonly #country: () => string;
  readonly #changed: (text: string) => void;
  #before: Before | undefined;
  /** Whether this class, and not the visitor, is editing the text at present. */
  #editing = false;

  /**
   * @param country returns the country (ISO 3166 code) to which numbers without `+` belong
   * @param changed called with each new text of the input
   */
  constructor(country: () => string, changed: (text: string) => void = () => undefined) {
    this.#country = country;
    this.#changed = changed;
  }

  handleEvent(event: Event): void {
    const input = event.currentTarget as HTMLInputElement;
    if (this.#editing || input.readOnly) return;
    if (event.type === "beforeinput") this.#before = edgesOf(input);
    else if (event.type === "paste") this.#paste(input, event, (event as ClipboardEvent).clipboardData);
    else if (event.type === "drop") this.#paste(input, event, (event as DragEvent).dataTransfer);
    else this.#settle(input, event);
  }

  #settle(input: HTMLInputElement, event: Event): void {
    const { inputType = "", isComposing = false } = event as Partial<InputEvent>;
    // Text that an input method may still change is not formatted. After undo, formatting would redo what was undone.
    if (!isComposing && !inputType.startsWith("history")) {
      if (/^deleteContent(?:Back|For)ward$/.test(inputType)) this.#deleteDigit(input, inputType);
      this.#format(input);
    }
    this.#before = undefined;
    this.#changed(input.value);
  }

  /**
   * If Backspace or Delete has removed a separator, also deletes the digit next to it. Otherwise formatting would
   * insert the separator again, and the key would have no effect.
   */
  #deleteDigit(input: HTMLInputElement, inputType: string): void {
    const before = this.#before;
    const { value, start } = edgesOf(input);
    if (!before || before.start !== before.end) return;
    const grouped = (text: string): boolean => formatPhone(text, this.#country()) === text;
    if (!grouped(before.value) || grouped(value) || marksOf(before.value) !== marksOf(value)) return;
    const [from, to] =
      inputType === "deleteContentBackward"
        ? [value.slice(0, start).search(/\d\D*$/), start]
        : [start, start + value.slice(start).search(/\d/) + 1];
    if (from >= 0 && to > from) this.#replace(input, from, to, "");
  }

  #format(input: HTMLInputElement): void {
    const { value, start } = edgesOf(input);
    const text = formatPhone(value, this.#country());
    if (text === value) return;
    // Keeps the caret after the same digit. Formatting can remove digits only at the beginning.
    const dropped = marksOf(value).length - marksOf(text).length;
    const caret = placeAfter(text, marksOf(value.slice(0, start)).length - dropped);
    const [from, tail] = sameEnds(value, text);
    this.#replace(input, from, value.length - tail, text.slice(from, text.length - tail));
    if (isFocused(input)) input.setSelectionRange(caret, caret);
  }

  /**
   * Inserts a pasted or dropped text. If the text contains a number without doubt, only the number stays; otherwise the
   * whole text stays, so that the visitor can check it.
   */
  #paste(input: HTMLInputElement, event: Event, data: DataTransfer | null): void {
    const pasted = data?.getData("text/plain") ?? "";
    const number = plainNumber(pasted, this.#country());
    if (number === undefined) {
      event.preventDefault();
      // The text is there at once: until its number is found, no other number may be in the field.
      const text = oneLine(pasted);
      this.#insert(input, text);
      const { value, start } = edgesOf(input);
      const from = value.lastIndexOf(text, start - text.length);
      readPhone(pasted, this.#country()).then(
        ({ number, problem }) => {
          if (problem || !number || from < 0 || input.value !== value || input.readOnly) return;
          this.#insert(input, number, from, from + text.length);
        },
        // The text is read again when it is sent.
        () => undefined,
      );
      return;
    }
    this.#select(input, number);
    // If the text is nothing but a number, the browser itself inserts the text.
    if (number === pasted) return;
    event.preventDefault();
    this.#insert(input, number);
  }

  /** Inserts a text in place of a part of the content. Default: in place of the selection. */
  #insert(input: HTMLInputElement, text: string, from?: number, to?: number): void {
    if (from !== undefined) input.setSelectionRange(from, to ?? from);
    this.#select(input, text);
    const { start, end } = edgesOf(input);
    this.#replace(input, start, end, text);
    this.#format(input);
    this.#changed(input.value);
  }

  /**
   * Selects the whole content of the field if a complete number is inserted that does not continue it. The number then
   * replaces the content, because visitors never want to insert one number into another.
   */
  #select(input: HTMLInputElement, text: string): void {
    const { value, start, end } = edgesOf(input);
    if (this.#replaces(text, value.slice(0, start) + value.slice(end))) input.select();
  }

  #replaces(number: string, rest: string): boolean {
    if (!rest || plainNumber(number, this.#country()) === undefined || !e164(number, this.#country()))
      return false;
    if (number.includes("+") || e164(rest, this.#country())) return true;
    // If the field contains "+7" and ten digits are pasted, or "+" and eleven digits, they form one number together.
    return marksOf(number).length > 10 && marksOf(rest) !== "+";
  }

  #replace(input: HTMLInputElement, from: number, to: number, text: string): void {
    const wanted = input.value.slice(0, from) + text + input.value.slice(to);
    this.#editing = true;
    // `execCommand` works only on the focused element.
    if (isFocused(input)) {
      input.setSelectionRange(from, to);
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing else keeps the undo history
      input.ownerDocument.execCommand(text ? "insertText" : "delete", false, text);
    }
    if (input.value !== wanted) input.value = wanted;
    this.#editing = false;
  }
}

/**
 * Replaces line ends with a comma. An input removes line ends, which would join the digits before and after them.
 */
export const oneLine = (text: string): string => text.replace(LINE_END, "\n").replace(/\n+/g, ", ");

const edgesOf = ({ value, selectionStart, selectionEnd }: HTMLInputElement): Before => ({
  value,
  start: selectionStart ?? value.length,
  end: selectionEnd ?? value.length,
});

const isFocused = (input: HTMLInputElement): boolean =>
  (input.getRootNode() as Document | ShadowRoot).activeElement === input;

/** Returns the position of the caret after the given number of digits and plus signs. */
const placeAfter = (text: string, marks: number): number => {
  let place = 0;
  while (place < text.length && marksOf(text.slice(0, place)).length < marks) place += 1;
  return place;
};

/** Returns the lengths of the common prefix and of the common suffix of two different texts. The two do not overlap. */
function sameEnds(one: string, other: string): [number, number] {
  let head = 0;
  while (one[head] === other[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(one.length, other.length) - head && one.at(-1 - tail) === other.at(-1 - tail))
    tail += 1;
  return [head, tail];
}
