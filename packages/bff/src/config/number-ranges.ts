/** Range of telephone numbers that the metadata of numbering plans does not tell from ordinary numbers. */
export interface NumberRange {
  /** Begins with `+`. */
  prefix: string;
  /**
   * `satellite`: refused in any case. `abroad`: a call to another country at another price, and therefore refused
   * unless `numbers.allow` names the range itself.
   */
  kind: "satellite" | "abroad";
  what: string;
  source: string;
}

/**
 * Ranges within +7, which the metadata treats as Russian or does not know.
 *
 * +7 929 is not among them. It is a mobile code of MegaFon that people have in all of Russia. Its operator in South
 * Ossetia, Ostelekom, had numbers of this code, too (https://ekhokavkaza.com/amp/2067997.html), but no source says which
 * ones. To refuse the code would refuse Russian mobile phones. A tenant may name parts of it in `numbers.deny`.
 */
export const NUMBER_RANGES: readonly NumberRange[] = [
  {
    prefix: "+7954",
    kind: "satellite",
    what: "GlobalTel (Globalstar), Russia",
    source: "GlobalTel's own numbers begin with 8 (954), http://old.globaltel.ru/english/accs/",
  },
  {
    prefix: "+7840",
    kind: "abroad",
    what: "Abkhazia, fixed",
    source: "memorandum of 28 September 2009, https://interfax.com/newsroom/top-stories/66660/",
  },
  {
    prefix: "+7940",
    kind: "abroad",
    what: "Abkhazia, mobile",
    source: "memorandum of 28 September 2009, https://interfax.com/newsroom/top-stories/66660/",
  },
  {
    prefix: "+7850",
    kind: "abroad",
    what: "South Ossetia, fixed",
    source:
      "agreement with Russia, https://ict-online.ru/news/rossiya-predostavila-yuzhnoy-osetii-svoi-telefonnye-kody-vo-vremennoe-polzovanie-130860",
  },
  {
    prefix: "+7998",
    kind: "abroad",
    what: "South Ossetia, mobile",
    source:
      "agreement with Russia, https://ict-online.ru/news/rossiya-predostavila-yuzhnoy-osetii-svoi-telefonnye-kody-vo-vremennoe-polzovanie-130860",
  },
];
