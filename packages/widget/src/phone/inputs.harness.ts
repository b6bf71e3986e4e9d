import type { PhoneProblem } from "./reading.js";

/**
 * A row of the table of inputs to the telephone field, with the expected results. The field is tested with all rows in
 * all browsers. The backend is tested with the numbers that result. `|` in `shows` marks the caret.
 */
export interface PhoneInput {
  /** Country of the field; default `RU`. */
  country?: string;
  /** Initial content of the field. It is typed, so the caret is at the end. */
  from?: string;
  /** Texts that are typed key by key, and names of keys that are pressed (see `KEYS`). */
  typed?: readonly string[];
  /** Text pasted after typing. */
  pasted?: string | undefined;
  /** Text filled in by the browser or a password manager, which sets the value and fires one event. */
  filled?: string;
  shows: string;
  /** The expected number in E.164 form. */
  gives?: string;
  /**
   * The expected number in E.164 form, if only the backend can convert it. If `asks` is set, this is the number that
   * the backend would dial if the visitor were not asked. If `gives`, `dials` and `asks` are all missing, the backend
   * must refuse the number.
   */
  dials?: string;
  /** The expected reason why no number is sent. */
  asks?: PhoneProblem;
}

/** Names of keys and key combinations. In `typed`, these names stand for a key press and not for text. */
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
const BERLIN = "+49301234567";

const TYPED: PhoneInput[] = [
  { typed: ["+79000000001"], shows: "+7 900 000-00-01|", gives: GIVEN },
  { typed: ["89000000001"], shows: "8 900 000-00-01|", gives: GIVEN },
  { typed: ["79000000001"], shows: "7 900 000-00-01|", gives: GIVEN },
  { typed: ["9000000001"], shows: "900 000-00-01|", gives: GIVEN },
  { typed: ["8 (900) 000-00-01"], shows: "8 900 000-00-01|", gives: GIVEN },
  { typed: ["+7 (900) 000 00 01"], shows: "+7 900 000-00-01|", gives: GIVEN },
  { typed: ["8-900-000-00-01"], shows: "8 900 000-00-01|", gives: GIVEN },
  { typed: ["8.900.000.00.01"], shows: "8 900 000-00-01|", gives: GIVEN },
  // The 8 of an area code is kept, both after +7 (see issue 14649 of the library taiga-ui) and without +7.
  { typed: ["+78120000001"], shows: "+7 812 000-00-01|", gives: "+78120000001" },
  { typed: ["+78000000001"], shows: "+7 800 000-00-01|", gives: "+78000000001" },
  { typed: ["+78430000001"], shows: "+7 843 000-00-01|", gives: "+78430000001" },
  { typed: ["88120000001"], shows: "8 812 000-00-01|", gives: "+78120000001" },
  { typed: ["8120000001"], shows: "812 000-00-01|", gives: "+78120000001" },
  { typed: ["4950000001"], shows: "495 000-00-01|", gives: "+74950000001" },
  { typed: ["84950000001"], shows: "8 495 000-00-01|", gives: "+74950000001" },
  // Ten digits that begin with 843 may be a number in Kazan, or the prefix 8 and an incomplete number.
  { typed: ["8430000001"], shows: "8 430 000-00-1|", asks: "doubt", dials: "+78430000001" },
  // Visitors type the prefix 8 out of habit, even if the field already contains +7 or +.
  { typed: ["+7", "89000000001"], shows: "+7 8 900 000-00-01|", gives: GIVEN },
  { typed: ["+89000000001"], shows: "+8 900 000-00-01|", gives: GIVEN },
  { typed: ["+7", "79000000001"], shows: "+7 7 900 000-00-01|", gives: GIVEN },
  { typed: ["+7", "+79000000001"], shows: "+7 900 000-00-01|", gives: GIVEN },
  // These digits may be a number in Perm after an 8 typed out of habit, or a number in Saransk with a digit too many.
  { typed: ["+7", "83420000001"], shows: "+7 834 200-00-001|", asks: "doubt" },
  { typed: ["+790000000"], shows: "+7 900 000-00|" },
  { typed: ["+7900000000123"], shows: "+7 900 000-00-0123|", asks: "doubt" },
  { typed: ["+70000000001"], shows: "+7 000 000-00-01|" },
  { typed: ["12"], shows: "12|" },
  { typed: ["+"], shows: "+|" },
  // Kazakhstan has the country code +7, like Russia. Its area codes begin with 7.
  { country: "KZ", typed: ["87010000001"], shows: "8 701 000-00-01|", gives: "+77010000001" },
  { country: "KZ", typed: ["7010000001"], shows: "701 000-00-01|", gives: "+77010000001" },
  { country: "KZ", typed: ["77010000001"], shows: "7 701 000-00-01|", gives: "+77010000001" },
  { country: "KZ", typed: ["+77010000001"], shows: "+7 701 000-00-01|", gives: "+77010000001" },
  { country: "KZ", typed: ["7470000001"], shows: "747 000-00-01|", gives: "+77470000001" },
  { country: "KZ", typed: ["+79000000001"], shows: "+7 900 000-00-01|", gives: GIVEN },
  { typed: ["87010000001"], shows: "8 701 000-00-01|", gives: "+77010000001" },
  { typed: ["7010000001"], shows: "701 000-00-01|", gives: "+77010000001" },
  { typed: ["74950000001"], shows: "7 495 000-00-01|", gives: "+74950000001" },
  // Numbers of other countries stay as they are typed.
  { typed: ["+49 30 1234567"], shows: "+49 30 1234567|", gives: "+49301234567" },
  { typed: ["+49 (0) 30 1234567"], shows: "+49 (0) 30 1234567|", gives: "+49301234567" },
  { typed: ["+1 (555) 010-0001"], shows: "+1 (555) 010-0001|", gives: "+15550100001" },
  { typed: ["+375 29 000-00-01"], shows: "+375 29 000-00-01|", gives: "+375290000001" },
  { typed: ["+86 10 0000 0001"], shows: "+86 10 0000 0001|", gives: "+861000000001" },
  { typed: ["+49 30"], shows: "+49 30|" },
  { typed: ["8 10 49 30 1234567"], shows: "810 49 30 1234567|", gives: "+49301234567" },
  { typed: ["00 49 30 1234567"], shows: "00 49 30 1234567|", gives: "+49301234567" },
  { country: "DE", typed: ["030 1234567"], shows: "030 1234567|", dials: "+49301234567" },
  { country: "DE", typed: ["89000000001"], shows: "89000000001|", dials: "+4989000000001" },
  { country: "DE", typed: ["+79000000001"], shows: "+7 900 000-00-01|", gives: GIVEN },
  { country: "", typed: ["8 900 000-00-01"], shows: "8 900 000-00-01|" },
  // Digits of Arabic, Persian and full-width keyboards, and letters.
  { typed: ["+٧٩٠٠٠٠٠٠٠٠١"], shows: "+7 900 000-00-01|", gives: GIVEN },
  { typed: ["۸۹۰۰۰۰۰۰۰۰۱"], shows: "8 900 000-00-01|", gives: GIVEN },
  { typed: ["＋７９０００００００００1"], shows: "+7 900 000-00-001|", asks: "doubt" },
  { typed: ["+7900abc0000001"], shows: "+7 900abc0000001|", asks: "letter" },
];

/** Inputs that change a number in the field. The caret stays next to the same digit. */
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
  {
    from: "+7912345678",
    typed: [...times(2, "ArrowLeft"), "0", "9"],
    shows: "+7 912 345-67-09|8",
    asks: "doubt",
  },
  // Some browsers undo one key at a time, others undo everything at once. In both cases everything is undone here, and
  // the visitor can type again.
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
  { pasted: "%2B79000000001", shows: "+7 900 000-00-01|", gives: GIVEN },
  // In the library maskito, pasting 977… after "+7" resulted in +977 (issue 2445).
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
  { pasted: "8 900 000-00-01 доб. 12", shows: "8 900 000-00-01 доб. 12|", asks: "doubt" },
  { pasted: "+79000000001;ext=12", shows: "+79000000001;ext=12|", asks: "doubt" },
  { pasted: "89000000001, 89000000002", shows: "89000000001, 89000000002|", asks: "several" },
  { country: "KZ", pasted: "8 (701) 000 00 01", shows: "8 701 000-00-01|", gives: "+77010000001" },
  // In the library ngx-intl-tel-input, Russian numbers became Kazakh numbers, because both begin with +7 (issue 376).
  { country: "KZ", pasted: "8 (900) 000-00-01", shows: "8 900 000-00-01|", gives: GIVEN },
];

/**
 * Texts around numbers, each pasted and typed. If a pasted text contains a number without doubt, only the number is kept.
 * Typed text stays as it is; only the digits of +7 numbers are grouped, as `typedShows` says.
 */
const AROUND: (PhoneInput & { pasted: string; typedShows?: string })[] = [
  // Hours.
  { pasted: "+49 30 1234567 (9-18 Uhr)", shows: "+49 30 1234567|", gives: BERLIN },
  { pasted: "+49 30 1234567 9–18 Uhr", shows: "+49 30 1234567|", gives: BERLIN },
  { pasted: "+49 30 1234567 9–18", shows: "+49 30 1234567 9–18|", asks: "doubt" },
  { pasted: "+49 30 1234567 10-12", shows: "+49 30 1234567 10-12|", asks: "doubt" },
  { pasted: "+49 30 1234567 - 15 Uhr", shows: "+49 30 1234567 - 15 Uhr|", asks: "doubt" },
  { pasted: "+49 30 1234567 18.00 Uhr", shows: "+49 30 1234567 18.00 Uhr|", asks: "doubt" },
  { pasted: "8 900 000-00-01 (09.00-18.00)", shows: "8 900 000-00-01|", gives: GIVEN },
  { pasted: "8 900 000-00-01, 01.12.2026", shows: "8 900 000-00-01|", gives: GIVEN },
  { pasted: "8 900 000-00-01 01.12.2026", shows: "8 900 000-00-01 01.12.2026|", asks: "doubt" },
  { pasted: "с 01.12.2026: 8 900 000-00-01", shows: "8 900 000-00-01|", gives: GIVEN },
  { pasted: "9-18 8 900 000-00-01", shows: "8 900 000-00-01|", gives: GIVEN },
  { pasted: "9-18 234-56-78", shows: "9-18 234-56-78|", asks: "doubt", dials: "+79182345678" },
  {
    country: "DE",
    pasted: "Mo-Fr 9-18 030 1234567",
    shows: "Mo-Fr 9-18 030 1234567|",
    asks: "doubt",
  },
  { country: "DE", pasted: "(9-18) 030 1234567", shows: "(9-18) 030 1234567|", asks: "doubt" },
  { country: "DE", pasted: "7654321 9-18", shows: "7654321 9-18|", asks: "doubt" },
  { country: "DE", pasted: "765432 (9-18)", shows: "765432 (9-18)|", asks: "several" },
  { pasted: "+49 30 1234567 9 Uhr", shows: "+49 30 1234567 9 Uhr|", asks: "doubt" },
  { pasted: "+49 30 1234567, Mo-Fr 9.00-18.00", shows: "+49 30 1234567|", gives: BERLIN },
  { pasted: "+49 30 1234567 9:00-18:00", shows: "+49 30 1234567|", gives: BERLIN },
  { pasted: "+49 30 1234567 24/7", shows: "+49 30 1234567|", gives: BERLIN },
  { pasted: "8 900 000-00-01 (9-18)", shows: "8 900 000-00-01|", gives: GIVEN },
  { pasted: "8 900 000-00-01 - 15", shows: "8 900 000-00-01 - 15|", asks: "doubt" },
  { pasted: "8 900 000-00-01 с 9 до 18", shows: "8 900 000-00-01 с 9 до 18|", asks: "doubt" },
  { pasted: "с 9:00 до 18:00 8 900 000-00-01", shows: "8 900 000-00-01|", gives: GIVEN },
  // Digits and separators that belong to the number although they look like text around it.
  { pasted: "8–900–000–00–01", typedShows: "8 900 000-00-01|", shows: "8 900 000-00-01|", gives: GIVEN },
  {
    pasted: "8 - 900 - 000 - 00 - 01",
    typedShows: "8 900 000-00-01|",
    shows: "8 900 000-00-01|",
    gives: GIVEN,
  },
  { pasted: "+49 - 30 - 1234567", shows: "+49 - 30 - 1234567|", gives: BERLIN },
  { pasted: "+375 29 123 10-12", shows: "+375 29 123 10-12|", gives: "+375291231012" },
  { country: "DE", pasted: "030/1234567", shows: "030/1234567|", dials: BERLIN },
  { country: "DE", pasted: "(030) 1234567", shows: "(030) 1234567|", dials: BERLIN },
  { pasted: "00 49 (0) 30 1234567", shows: "00 49 (0) 30 1234567|", gives: BERLIN },
  { country: "US", pasted: "(201) 555-0123", shows: "(201) 555-0123|", dials: "+12015550123" },
  { pasted: "+49 (0)30 123-4567", shows: "+49 (0)30 123-4567|", gives: BERLIN },
  { pasted: "+49-(0)30-1234567", shows: "+49-(0)30-1234567|", gives: BERLIN },
  { pasted: "+39 (0)6 1234567", shows: "+39 (0)6 1234567|", gives: "+39061234567" },
  { country: "DE", pasted: "030 / 1234567", shows: "030 / 1234567|", dials: BERLIN },
  { country: "DE", pasted: "00 49 (0)30 1234567", shows: "00 49 (0)30 1234567|", dials: BERLIN },
  { country: "HK", pasted: "001 65 6223 4567", shows: "001 65 6223 4567|", dials: "+6562234567" },
  { country: "BY", pasted: "8 (029) 123-45-67", shows: "8 (029) 123-45-67|", dials: "+375291234567" },
  { country: "JP", pasted: "03(1234)5678", shows: "03(1234)5678|", dials: "+81312345678" },
  { country: "BR", pasted: "(11) 91234-5678", shows: "(11) 91234-5678|", dials: "+5511912345678" },
  { country: "NO", pasted: "22 05 67 89", shows: "22 05 67 89|", dials: "+4722056789" },
  {
    pasted: "8 (34241) 1-23-45",
    typedShows: "8 342 411-23-45|",
    shows: "8 342 411-23-45|",
    gives: "+73424112345",
  },
  {
    pasted: "8 (3424) 12 - 34 - 56",
    typedShows: "8 342 412-34-56|",
    shows: "8 342 412-34-56|",
    gives: "+73424123456",
  },
  { country: "US", pasted: "(920) 555-0123", shows: "(920) 555-0123|", dials: "+19205550123" },
  { country: "US", pasted: "1 (201) 555 - 0123", shows: "1 (201) 555 - 0123|", dials: "+12015550123" },
  // Cells of a table: the other cells do not belong to the number.
  { pasted: "+49 30 1234567\t15", shows: "+49 30 1234567|", gives: BERLIN },
  { pasted: "Ivan\t+49 30 1234567\t15\tBerlin", shows: "+49 30 1234567|", gives: BERLIN },
  { pasted: "17\t8 900 000-00-01\t2026", shows: "8 900 000-00-01|", gives: GIVEN },
  { pasted: "| Ivan | +49 30 1234567 | 15 |", shows: "+49 30 1234567|", gives: BERLIN },
  { pasted: "+49 30 1234567    15", shows: "+49 30 1234567    15|", asks: "doubt" },
  { pasted: "+49\t30\t1234567", shows: "+49\t30\t1234567|", gives: BERLIN },
  { country: "FR", pasted: "01 99 00 00 01\t75", shows: "01 99 00 00 01|", dials: "+33199000001" },
  { pasted: "+49 30 1234567\nдоб. 12", shows: "+49 30 1234567, доб. 12|", asks: "doubt" },
  // Two lines: the second line may or may not belong to the number.
  { pasted: "+49 30 1234567\n15", shows: "+49 30 1234567, 15|", asks: "doubt" },
  { pasted: "8 900 000-\n00-01", shows: "8 900 000-00-01|", gives: GIVEN },
  // All characters that end a line do so here, also those that an input does not show.
  { pasted: "+49 30 1234567\u202815", shows: "+49 30 1234567, 15|", asks: "doubt" },
  { pasted: "+49 30 1234567\u202915", shows: "+49 30 1234567, 15|", asks: "doubt" },
  { pasted: "+49 30 1234567\u008515", shows: "+49 30 1234567, 15|", asks: "doubt" },
  { pasted: "+49 30 1234567\v15", shows: "+49 30 1234567, 15|", asks: "doubt" },
  { pasted: "+49 30 1234567\f15", shows: "+49 30 1234567, 15|", asks: "doubt" },
  // A cell after a local number, whose length only the backend could judge.
  { country: "DE", pasted: "7654321\t15", shows: "7654321\t15|", asks: "doubt" },
  { country: "DE", pasted: "7654321  15", shows: "7654321  15|", asks: "doubt" },
  { country: "AT", pasted: "Wien 123456\t12", shows: "Wien 123456\t12|", asks: "several" },
  { country: "EE", pasted: "501 2345 (5)", shows: "501 2345 (5)|", asks: "doubt" },
  { country: "US", pasted: "234-5678\t901", shows: "234-5678\t901|", asks: "doubt" },
  { pasted: "334-56-78\t495", shows: "334-56-78\t495|", asks: "doubt" },
  { pasted: "8 900 000-00-01\r\n15", shows: "8 900 000-00-01|", gives: GIVEN },
  // Numbers with addresses.
  { pasted: "ул. Ленина, 5, кв. 12, 8 900 000-00-01", shows: "8 900 000-00-01|", gives: GIVEN },
  {
    pasted: "8 900 000-00-01, ул. Ленина, 5",
    shows: "8 900 000-00-01, ул. Ленина, 5|",
    asks: "doubt",
  },
  {
    country: "DE",
    pasted: "Musterstr. 5, 10115 Berlin, Tel. 030 1234567",
    shows: "030 1234567|",
    dials: BERLIN,
  },
  { country: "GB", pasted: "10 High St, tel 020 7946 0001", shows: "020 7946 0001|", dials: "+442079460001" },
  { country: "DE", pasted: "5 - 030 1234567", shows: "5 - 030 1234567|", asks: "doubt" },
  { country: "DE", pasted: "3/030 1234567", shows: "3/030 1234567|", asks: "doubt" },
  {
    country: "DE",
    pasted: "Platz 3 (030) 1234567",
    shows: "Platz 3 (030) 1234567|",
    asks: "doubt",
  },
  {
    country: "DE",
    pasted: "8 (30) 1234567",
    shows: "8 (30) 1234567|",
    asks: "doubt",
    dials: "+498301234567",
  },
  // The backend refuses a number that contains another one.
  { country: "DE", pasted: "3 030 1234567", shows: "3 030 1234567|" },
  { country: "DE", pasted: "18.00 030 1234567", shows: "18.00 030 1234567|" },
  { pasted: "+49 30 1234567 · 15", shows: "+49 30 1234567 · 15|", asks: "doubt" },
  { pasted: "+49 30 1234567 15", shows: "+49 30 1234567 15|", asks: "doubt" },
  { pasted: "42-34-56 (8342)", shows: "42-34-56 (8342)|", asks: "doubt", dials: "+74234568342" },
  { country: "DE", pasted: "5, 030 1234567", shows: "5, 030 1234567|", asks: "doubt" },
  // Texts with two numbers.
  { pasted: "+49 30 1234567 / +49 30 7654321", shows: "+49 30 1234567 / +49 30 7654321|", asks: "several" },
  {
    pasted: "+79000000001 +79770000001",
    typedShows: "+7 900 000-00-01 +79770000001|",
    shows: "+79000000001 +79770000001|",
    asks: "several",
  },
  {
    pasted: "89000000001 89770000001",
    typedShows: "8 900 000-00-01 89770000001|",
    shows: "89000000001 89770000001|",
    asks: "several",
  },
  { pasted: "8 495 000-00-01/02", shows: "8 495 000-00-01/02|", asks: "doubt" },
  { pasted: "12-34-56, моб. 8 900 000-00-01", shows: "12-34-56, моб. 8 900 000-00-01|", asks: "several" },
  {
    country: "TR",
    pasted: "0212 000 00 01 veya 0532 000 00 01",
    shows: "0212 000 00 01 veya 0532 000 00 01|",
    asks: "several",
  },
  {
    pasted: "+34 600 000 001 o +34 600 000 002",
    shows: "+34 600 000 001 o +34 600 000 002|",
    asks: "several",
  },
  { pasted: "+7 900 000-00-01 (+7 900 000-00-01)", shows: "+7 900 000-00-01|", gives: GIVEN },
  { pasted: '<a href="tel:+79000000001">8 900 000-00-01</a>', shows: "8 900 000-00-01|", gives: GIVEN },
  // Contact cards.
  { pasted: "TEL;TYPE=CELL:+79000000001", shows: "+7 900 000-00-01|", gives: GIVEN },
  { pasted: "item1.TEL;waid=79000000001:+7 900 000-00-01", shows: "+7 900 000-00-01|", gives: GIVEN },
  {
    pasted: `BEGIN:VCARD\r\nTEL:+49 30 1234567\r\nPHOTO;ENCODING=b:${"A1b2".repeat(800)}\r\nEND:VCARD`,
    shows: "+49 30 1234567|",
    gives: BERLIN,
  },
  {
    pasted:
      "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ivan\r\nTEL;TYPE=CELL:+49 30 1234567\r\nADR:;;Weg 5;Berlin;;10115;\r\nREV:20261130T090000Z\r\nEND:VCARD",
    shows: "+49 30 1234567|",
    gives: BERLIN,
  },
  { pasted: "tel:+49-30-1234567", shows: "+49-30-1234567|", gives: BERLIN },
  { pasted: "tel:1234567;phone-context=+4930", shows: "tel:1234567;phone-context=+4930|", asks: "doubt" },
  // Extensions.
  { pasted: "+49 30 1234567 ext. 5", shows: "+49 30 1234567 ext. 5|", asks: "doubt" },
  { pasted: "+49 30 1234567x5", shows: "+49 30 1234567x5|", asks: "doubt" },
  { pasted: "+49 30 1234567 #5", shows: "+49 30 1234567 #5|", asks: "doubt" },
  { pasted: "8 900 000-00-01 доб. 123", shows: "8 900 000-00-01 доб. 123|", asks: "doubt" },
  {
    country: "KZ",
    pasted: "8 (727) 000-00-01 ішкі 12",
    typedShows: "8 727 000-00-01 ішкі 12|",
    shows: "8 (727) 000-00-01 ішкі 12|",
    asks: "doubt",
  },
  { country: "US", pasted: "(201) 555-0123 ext. 5", shows: "(201) 555-0123 ext. 5|", asks: "doubt" },
  // Numbers in the signatures of e-mails.
  {
    pasted: "С уважением, Иван\nОфис 12\nТел.: +7 900 000-00-01\nМосква, 101000",
    shows: "+7 900 000-00-01|",
    gives: GIVEN,
  },
  {
    pasted: "Tel.: +49 30 1234567\nFax: +49 30 1234568",
    shows: "Tel.: +49 30 1234567, Fax: +49 30 1234568|",
    asks: "several",
  },
  { pasted: "Jean, tél. +33 1 99 00 00 01 (bureau)", shows: "+33 1 99 00 00 01|", gives: "+33199000001" },
  { pasted: "GSM: +90 532 000 00 01.", shows: "+90 532 000 00 01|", gives: "+905320000001" },
  { pasted: "+44 20 7946 0001 Home", shows: "+44 20 7946 0001|", gives: "+442079460001" },
  // Letters in place of digits, and digits that the field cannot convert.
  { pasted: "8 9ОО 000-00-01", shows: "8 9ОО 000-00-01|", asks: "letter" },
  { pasted: "8 9OO 000-00-01", shows: "8 9OO 000-00-01|", asks: "letter" },
  { pasted: "8 900 ООО 00 01", typedShows: "8 900ООО 00 01|", shows: "8 900 ООО 00 01|", asks: "letter" },
  { pasted: "+49 3O 1234567", shows: "+49 3O 1234567|", asks: "letter" },
  { pasted: "+49 30 123456l", shows: "+49 30 123456l|", asks: "letter" },
  { pasted: "+49 30 123 OOO", shows: "+49 30 123 OOO|", asks: "letter" },
  { pasted: "+49 30 1234567²", shows: "+49 30 1234567²|", asks: "letter" },
  { pasted: "+७९०००००००००१", shows: "+७९०००००००००१|", asks: "letter" },
  { country: "US", pasted: "1-800-FLOWERS", shows: "1-800-FLOWERS|", asks: "letter" },
  { pasted: "call me", shows: "call me|", asks: "letter" },
  // Signs and digits of other scripts.
  { pasted: "＋４９（３０）１２３４５６７", shows: "+49(30)1234567|", gives: BERLIN },
  {
    pasted: "\u200f+49 30 1234567\u200e",
    typedShows: "+49 30 1234567|",
    shows: "+49 30 1234567|",
    gives: BERLIN,
  },
  {
    pasted: "\u2068+49\u00a030\u202f1234567\u2069",
    typedShows: "+49 30 1234567|",
    shows: "+49 30 1234567|",
    gives: BERLIN,
  },
  { pasted: "هاتف: ٠٠٤٩ ٣٠ ١٢٣٤٥٦٧", shows: "0049 30 1234567|", gives: BERLIN },
  { pasted: "电话：+86 138 0000 0001，分机 5", shows: "电话：+86 138 0000 0001，分机 5|", asks: "doubt" },
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

/** Signs that cannot be typed into an input. */
const UNTYPED = /[\t\n\v\f\r\u0085\u2028\u2029]/;

const AROUND_TYPED: PhoneInput[] = AROUND.filter(({ pasted }) => !UNTYPED.test(pasted)).map(
  ({ pasted, typedShows = `${pasted}|`, ...row }) => ({
    ...row,
    pasted: undefined,
    typed: [pasted],
    shows: typedShows,
  }),
);

/** Numbers of texts around numbers that are pasted, and that are typed. */
export const TEXTS_AROUND = [AROUND.length, AROUND_TYPED.length] as const;

/** All rows of the table. Each row has the name of its test. */
export const PHONE_INPUTS: readonly (PhoneInput & { name: string })[] = [
  ...TYPED.map((row) => ({ ...row, name: `typed: ${named(row)}` })),
  ...CORRECTED.map((row) => ({ ...row, name: `corrected: ${named(row)}` })),
  ...PASTED.map((row) => ({ ...row, name: `pasted: ${named(row)}` })),
  ...AROUND.map((row) => ({ ...row, name: `pasted around: ${named(row)}` })),
  ...AROUND_TYPED.map((row) => ({ ...row, name: `typed around: ${named(row)}` })),
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
