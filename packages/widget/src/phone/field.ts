import { formatPhone, marksOf, numberIn, phoneValue } from "./number.js";

/** The input and where its caret was before an edit. */
interface Before {
  value: string;
  start: number;
  end: number;
}

/**
 * Groups a number in an `<input type="tel">` while it is typed, pasted, filled in or corrected. A listener of the
 * input's `beforeinput`, `input`, `change`, `paste` and `compositionend`: what it keeps is kept between two of these.
 *
 * The browser makes each edit itself; what we add is made by the command an editor would use, so that undo has it.
 */
export class PhoneField implements EventListenerObject {
  readonly #country: () => string;
  readonly #changed: (text: string) => void;
  #before: Before | undefined;
  /** We are editing ourselves. */
  #editing = false;

  /**
   * @param country ISO 3166 region that numbers without `+` are read in
   * @param changed hears of every new text
   */
  constructor(country: () => string, changed: (text: string) => void = () => undefined) {
    this.#country = country;
    this.#changed = changed;
  }

  handleEvent(event: Event): void {
    const input = event.currentTarget as HTMLInputElement;
    if (this.#editing || input.readOnly) return;
    if (event.type === "beforeinput") this.#before = edgesOf(input);
    else if (event.type === "paste") this.#paste(input, event as ClipboardEvent);
    else this.#settle(input, event);
  }

  #settle(input: HTMLInputElement, event: Event): void {
    const { inputType = "", isComposing = false } = event as Partial<InputEvent>;
    // An input method may go on with what it has written, and an undone edit must stay undone.
    if (!isComposing && !inputType.startsWith("history")) {
      if (/^deleteContent(?:Back|For)ward$/.test(inputType)) this.#deleteDigit(input, inputType);
      this.#format(input);
    }
    this.#before = undefined;
    this.#changed(input.value);
  }

  /** A key that took away a separator, which we would put back, is meant for the digit beyond it. */
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
    // The caret stays after the digit it was after; what is dropped is dropped at the front.
    const dropped = marksOf(value).length - marksOf(text).length;
    const caret = placeAfter(text, marksOf(value.slice(0, start)).length - dropped);
    const [from, tail] = sameEnds(value, text);
    this.#replace(input, from, value.length - tail, text.slice(from, text.length - tail));
    if (isFocused(input)) input.setSelectionRange(caret, caret);
  }

  /** A whole number replaces what is there, for a number within a number is never meant. */
  #paste(input: HTMLInputElement, event: ClipboardEvent): void {
    const pasted = event.clipboardData?.getData("text/plain") ?? "";
    const number = numberIn(pasted);
    if (!number) return;
    const { value, start, end } = edgesOf(input);
    const rest = value.slice(0, start) + value.slice(end);
    if (this.#replaces(number, rest)) input.select();
    if (number === pasted) return;
    event.preventDefault();
    const edges = edgesOf(input);
    this.#replace(input, edges.start, edges.end, number);
    this.#format(input);
    this.#changed(input.value);
  }

  #replaces(number: string, rest: string): boolean {
    if (!rest || !phoneValue(number, this.#country())) return false;
    if (number.includes("+") || phoneValue(rest, this.#country())) return true;
    // "+7" before ten digits, and "+" before eleven, are the beginning of what is pasted.
    return marksOf(number).length > 10 && marksOf(rest) !== "+";
  }

  #replace(input: HTMLInputElement, from: number, to: number, text: string): void {
    const wanted = input.value.slice(0, from) + text + input.value.slice(to);
    this.#editing = true;
    // The command acts on whatever has the focus.
    if (isFocused(input)) {
      input.setSelectionRange(from, to);
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing else leaves undo as it is
      document.execCommand(text ? "insertText" : "delete", false, text);
    }
    if (input.value !== wanted) input.value = wanted;
    this.#editing = false;
  }
}

const edgesOf = ({ value, selectionStart, selectionEnd }: HTMLInputElement): Before => ({
  value,
  start: selectionStart ?? value.length,
  end: selectionEnd ?? value.length,
});

const isFocused = (input: HTMLInputElement): boolean =>
  (input.getRootNode() as Document | ShadowRoot).activeElement === input;

/** Where the caret stands after that many digits. */
const placeAfter = (text: string, marks: number): number => {
  let place = 0;
  while (place < text.length && marksOf(text.slice(0, place)).length < marks) place += 1;
  return place;
};

/** How many characters two texts, which are not the same, have in common at their beginning, and at their end beyond it. */
function sameEnds(one: string, other: string): [number, number] {
  let head = 0;
  while (one[head] === other[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(one.length, other.length) - head && one.at(-1 - tail) === other.at(-1 - tail))
    tail += 1;
  return [head, tail];
}
