/**
 * Inputs to a telephone field with their results: one table for all browsers. `|` in `shows` marks the caret; `gives` is
 * the number in E.164, absent where only the backend can tell.
 */
export interface PhoneInput {
  /** Region; default `RU`. */
  country?: string;
  /** Content at the start, as typed; the caret is at its end. */
  from?: string;
  /** Texts typed key by key, and names of keys (`KEYS`). */
  typed?: readonly string[];
  /** Pasted after that. */
  pasted?: string;
  /** Filled in by the browser or a password manager: sets the value and fires one event. */
  filled?: string;
  shows: string;
  gives?: string;
}

/** Names of keys and chords; none of them is typed as text. */
export const KEYS: readonly string[] = [
  "ArrowLeft",
  "ArrowRight",
  "Backspace",
  "Delete",
  "End",
  "Home",
  "Shift+ArrowLeft",
  "Shift+ArrowRight",
  "Shift+End",
  "Shift+Home",
  "Undo",
];

const times = (count: number, key: string): string[] => Array.from({ length: count }, () => key);
const GIVEN = "+79000000001";
const OTHER = "+79770000001";

const TYPED: PhoneInput[] = [
  { typed: ["+79000000001"], shows: "+7 900 000-00-01|", gives: GIVEN },
  { typed: ["89000000001"], shows: "8 900 000-00-01|", gives: GIVEN },
  { typed: ["79000000001"], shows: "7 900 000-00-01|", gives: GIVEN },
  { typed: ["9000000001"], shows: "900 000-00-01|", gives: GIVEN },
  { typed: ["8 (900) 000-00-01"], shows: "8 900 000-00-01|", gives: GIVEN },
  { typed: ["+7 (900) 000 00 01"], shows: "+7 900 000-00-01|", gives: GIVEN },
  { typed: ["8-900-000-00-01"], shows: "8 900 000-00-01|", gives: GIVEN },
  { typed: ["8.900.000.00.01"], shows: "8 900 000-00-01|", gives: GIVEN },
  // Area codes that begin with 8 keep it, after +7 (taiga-ui 14649) and without.
  { typed: ["+78120000001"], shows: "+7 812 000-00-01|", gives: "+78120000001" },
  { typed: ["+78000000001"], shows: "+7 800 000-00-01|", gives: "+78000000001" },
  { typed: ["+78430000001"], shows: "+7 843 000-00-01|", gives: "+78430000001" },
  { typed: ["88120000001"], shows: "8 812 000-00-01|", gives: "+78120000001" },
  { typed: ["8120000001"], shows: "812 000-00-01|", gives: "+78120000001" },
  { typed: ["4950000001"], shows: "495 000-00-01|", gives: "+74950000001" },
  { typed: ["84950000001"], shows: "8 495 000-00-01|", gives: "+74950000001" },
  // Ten digits from 843 on are a number in Kazan, or 8 and an incomplete number.
  { typed: ["8430000001"], shows: "8 430 000-00-1|" },
  // Visitors type the customary 8 although the field begins with +7 or +.
  { typed: ["+7", "89000000001"], shows: "+7 8 900 000-00-01|", gives: GIVEN },
  { typed: ["+89000000001"], shows: "+8 900 000-00-01|", gives: GIVEN },
  { typed: ["+7", "+79000000001"], shows: "+7 900 000-00-01|", gives: GIVEN },
  { typed: ["+790000000"], shows: "+7 900 000-00|" },
  { typed: ["+7900000000123"], shows: "+7 900 000-00-0123|" },
  { typed: ["+70000000001"], shows: "+7 000 000-00-01|" },
  { typed: ["12"], shows: "12|" },
  { typed: ["+"], shows: "+|" },
  // Kazakhstan has the same code, with area codes from 7 on.
  { country: "KZ", typed: ["87010000001"], shows: "8 701 000-00-01|", gives: "+77010000001" },
  { country: "KZ", typed: ["7010000001"], shows: "701 000-00-01|", gives: "+77010000001" },
  { country: "KZ", typed: ["77010000001"], shows: "7 701 000-00-01|", gives: "+77010000001" },
  { country: "KZ", typed: ["+77010000001"], shows: "+7 701 000-00-01|", gives: "+77010000001" },
  { country: "KZ", typed: ["7470000001"], shows: "747 000-00-01|", gives: "+77470000001" },
  { country: "KZ", typed: ["+79000000001"], shows: "+7 900 000-00-01|", gives: GIVEN },
  { typed: ["87010000001"], shows: "8 701 000-00-01|", gives: "+77010000001" },
  { typed: ["7010000001"], shows: "701 000-00-01|", gives: "+77010000001" },
  { typed: ["74950000001"], shows: "7 495 000-00-01|", gives: "+74950000001" },
  // Foreign numbers stay as typed.
  { typed: ["+49 30 1234567"], shows: "+49 30 1234567|", gives: "+49301234567" },
  { typed: ["+49 (0) 30 1234567"], shows: "+49 (0) 30 1234567|", gives: "+49301234567" },
  { typed: ["+1 (555) 010-0001"], shows: "+1 (555) 010-0001|", gives: "+15550100001" },
  { typed: ["+375 29 000-00-01"], shows: "+375 29 000-00-01|", gives: "+375290000001" },
  { typed: ["+86 10 0000 0001"], shows: "+86 10 0000 0001|", gives: "+861000000001" },
  { typed: ["+49 30"], shows: "+49 30|" },
  { typed: ["8 10 49 30 1234567"], shows: "810 49 30 1234567|", gives: "+49301234567" },
  { typed: ["00 49 30 1234567"], shows: "00 49 30 1234567|", gives: "+49301234567" },
  { country: "DE", typed: ["030 1234567"], shows: "030 1234567|" },
  { country: "DE", typed: ["89000000001"], shows: "89000000001|" },
  { country: "DE", typed: ["+79000000001"], shows: "+7 900 000-00-01|", gives: GIVEN },
  { country: "", typed: ["8 900 000-00-01"], shows: "8 900 000-00-01|" },
  // Digits of other keyboards.
  { typed: ["+٧٩٠٠٠٠٠٠٠٠١"], shows: "+7 900 000-00-01|", gives: GIVEN },
  { typed: ["۸۹۰۰۰۰۰۰۰۰۱"], shows: "8 900 000-00-01|", gives: GIVEN },
  { typed: ["＋７９０００００００００1"], shows: "+7 900 000-00-001|" },
  { typed: ["+7900abc0000001"], shows: "+7 900 000-00-01|", gives: GIVEN },
];

/** The caret stays at the same digits. */
const CORRECTED: PhoneInput[] = [
  { from: "+790000001", typed: [...times(6, "ArrowLeft"), "5"], shows: "+7 900 5|00-00-1" },
  {
    from: "+7000000001",
    typed: ["Home", ...times(3, "ArrowRight"), "9"],
    shows: "+7 9|00 000-00-01",
    gives: GIVEN,
  },
  { from: "+79000000001", typed: [...times(2, "ArrowLeft"), "Backspace"], shows: "+7 900 000-0|0-1" },
  { from: "+79000000001", typed: [...times(3, "ArrowLeft"), "Delete"], shows: "+7 900 000-00|-1" },
  { from: "+79123456789", typed: [...times(9, "ArrowLeft"), "Backspace"], shows: "+7 91|3 456-78-9" },
  { from: "+79123456789", typed: [...times(10, "ArrowLeft"), "Delete"], shows: "+7 912| 456-78-9" },
  { from: "+79123456789", typed: ["Backspace", "Backspace", "Backspace"], shows: "+7 912 345-6|" },
  { from: "+79123456789", typed: times(12, "Backspace"), shows: "|" },
  { from: "89123456789", typed: ["Home", "Delete", "+7"], shows: "+7| 912 345-67-89", gives: "+79123456789" },
  { from: "79123456789", typed: ["Home", "+"], shows: "+|7 912 345-67-89", gives: "+79123456789" },
  {
    from: "+79123456789",
    typed: [...times(10, "ArrowLeft"), ...times(3, "Shift+ArrowLeft"), "900"],
    shows: "+7 900| 345-67-89",
    gives: "+79003456789",
  },
  { from: "+79123456789", typed: ["Shift+Home", "8900"], shows: "8 900|" },
  { from: "+79123456789", typed: [...times(5, "ArrowLeft"), "Shift+End", "Delete"], shows: "+7 912 345|" },
  {
    from: "+49 30 1234567",
    typed: [...times(7, "ArrowLeft"), "Backspace"],
    shows: "+49 30|1234567",
    gives: "+49301234567",
  },
  { from: "+7912345678", typed: [...times(2, "ArrowLeft"), "0", "9"], shows: "+7 912 345-67-09|8" },
  // Browsers undo key by key or all at once. Either way the edit is undone, and typing goes on.
  {
    from: "+7900",
    typed: ["0", "Undo", "Undo", "Undo", "Undo", "Undo", "Undo", "Undo", "Undo", "8"],
    shows: "8|",
  },
];

const PASTED: PhoneInput[] = [
  { pasted: "8 (900) 000-00-01", shows: "8 900 000-00-01|", gives: GIVEN },
  { pasted: "+7 (900) 000-00-01", shows: "+7 900 000-00-01|", gives: GIVEN },
  { pasted: "tel:+79000000001", shows: "+7 900 000-00-01|", gives: GIVEN },
  { pasted: "tel:+7-900-000-00-01", shows: "+7 900 000-00-01|", gives: GIVEN },
  { pasted: "+7\u00a0900\u00a0000\u201100\u201101", shows: "+7 900 000-00-01|", gives: GIVEN },
  { pasted: "\u202a+7 900 000-00-01\u202c", shows: "+7 900 000-00-01|", gives: GIVEN },
  { pasted: "Тел.: 8 900 000 00 01 (моб.)", shows: "8 900 000-00-01|", gives: GIVEN },
  {
    pasted: "Отдел продаж нашего магазина на Арбате: +7 900 000-00-01",
    shows: "+7 900 000-00-01|",
    gives: GIVEN,
  },
  { pasted: "  900 000 00 01\t", shows: "900 000-00-01|", gives: GIVEN },
  { pasted: "(+7) 900 000 00 01", shows: "+7 900 000-00-01|", gives: GIVEN },
  { pasted: "%2B79000000001", shows: "7 900 000-00-01|", gives: GIVEN },
  // maskito 2445: "+7" and then the rest became +977.
  { typed: ["+7"], pasted: "9770000001", shows: "+7 977 000-00-01|", gives: OTHER },
  { typed: ["+7"], pasted: "977 000-00-01", shows: "+7 977 000-00-01|", gives: OTHER },
  { typed: ["+7"], pasted: "+79770000001", shows: "+7 977 000-00-01|", gives: OTHER },
  { typed: ["+7"], pasted: "89770000001", shows: "8 977 000-00-01|", gives: OTHER },
  { typed: ["8"], pasted: "9770000001", shows: "8 977 000-00-01|", gives: OTHER },
  { typed: ["+"], pasted: "79770000001", shows: "+7 977 000-00-01|", gives: OTHER },
  { typed: ["+"], pasted: "49301234567", shows: "+49301234567|", gives: "+49301234567" },
  { typed: ["+7900"], pasted: "0000001", shows: "+7 900 000-00-01|", gives: GIVEN },
  { from: "+79000000001", pasted: "8 977 000-00-01", shows: "8 977 000-00-01|", gives: OTHER },
  {
    from: "+79000000001",
    typed: ["Shift+Home"],
    pasted: "9770000001",
    shows: "977 000-00-01|",
    gives: OTHER,
  },
  { pasted: "+49 (0)30 123 4567", shows: "+49 (0)30 123 4567|", gives: "+49301234567" },
  { pasted: "Tel. +49 30 1234567", shows: "+49 30 1234567|", gives: "+49301234567" },
  { pasted: "8 900 000-00-01 доб. 12", shows: "8 900 000-00-01 доб. 12|" },
  { pasted: "+79000000001;ext=12", shows: "+79000000001;ext=12|" },
  { pasted: "89000000001, 89000000002", shows: "89000000001, 89000000002|" },
  { country: "KZ", pasted: "8 (701) 000 00 01", shows: "8 701 000-00-01|", gives: "+77010000001" },
  // ngx-intl-tel-input 376: +7 alone does not make a Russian number a Kazakh one.
  { country: "KZ", pasted: "8 (900) 000-00-01", shows: "8 900 000-00-01|", gives: GIVEN },
];

const FILLED: PhoneInput[] = [
  { filled: "+79000000001", shows: "+7 900 000-00-01", gives: GIVEN },
  { filled: "89000000001", shows: "8 900 000-00-01", gives: GIVEN },
  { filled: "9000000001", shows: "900 000-00-01", gives: GIVEN },
  { filled: "+7 900 000-00-01", shows: "+7 900 000-00-01", gives: GIVEN },
  { typed: ["+7"], filled: "+79000000001", shows: "+7 900 000-00-01", gives: GIVEN },
  { typed: ["8900"], filled: "9000000001", shows: "900 000-00-01", gives: GIVEN },
  { filled: "+49301234567", shows: "+49301234567", gives: "+49301234567" },
  { country: "KZ", filled: "77010000001", shows: "7 701 000-00-01", gives: "+77010000001" },
];

/** All rows, each with the name of its test. */
export const PHONE_INPUTS: readonly (PhoneInput & { name: string })[] = [
  ...TYPED.map((row) => ({ ...row, name: `typed: ${named(row)}` })),
  ...CORRECTED.map((row) => ({ ...row, name: `corrected: ${named(row)}` })),
  ...PASTED.map((row) => ({ ...row, name: `pasted: ${named(row)}` })),
  ...FILLED.map((row) => ({ ...row, name: `filled in: ${named(row)}` })),
];

function named({ country, from, typed, pasted, filled }: PhoneInput): string {
  const keys = typed
    ?.join(" ")
    .replaceAll(/(\S+)((?: \1)+)(?= |$)/g, (all, key: string) => `${key}×${String(all.split(" ").length)}`);
  return [country === undefined ? "" : `[${country}]`, from, keys, pasted, filled]
    .filter((part) => part !== undefined && part !== "")
    .join(" ▸ ");
}
