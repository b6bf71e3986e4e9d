// The five sample sites that are shown in the pictures of docs/theming.md, with their styles.

/**
 * The sites. `button` has the CSS rules for the button, and `css` has the other CSS rules of the site. `state`,
 * `scheme` and `display` say how the picture shows the button.
 */
export const LOOKS = [
  {
    name: "bank",
    css: `body { background: #f4f6fa; color: #12233d; font: 16px/1.55 Georgia, "Noto Serif", serif }
      .head { background: #12305c; color: #fff; letter-spacing: .04em } h1 { font-weight: 400 }`,
    button: `uis-call-button {
  --uis-call-accent: #12305c;
  --uis-call-radius: 0.25rem;
  --uis-call-border: #c9d2e0;
  --uis-call-text: #12233d;
}`,
    head: "Meridian Bank",
    title: "A mortgage, explained by a person",
    text: "Our advisers call you back, also on Saturdays, and go through the figures with you.",
  },
  {
    name: "shop",
    state: "connected",
    css: `body { background: #fff7e0; color: #2b1638; font: 16px/1.5 "Trebuchet MS", "Noto Sans", sans-serif }
      .head { background: #ffcc00; color: #2b1638; font-weight: 800 } h1 { font-weight: 800; color: #d6006c }`,
    button: `uis-call-button {
  --uis-call-accent: #d6006c;
  --uis-call-radius: 2rem;
  --uis-call-border: transparent;
  --uis-call-shadow: 0 1rem 3rem -0.5rem rgb(214 0 108 / 35%);
}`,
    head: "Kiosk!",
    title: "Sneakers, -30 %, today",
    text: "Not sure about the size? We call you, and reserve a pair.",
  },
  {
    name: "developer",
    scheme: "dark",
    css: `:root { color-scheme: dark } body { background: #0d1117; color: #e6edf3; font: 14px/1.6 "JetBrains Mono", "DejaVu Sans Mono", monospace }
      .head { border-block-end: 1px solid #30363d } h1 { font-weight: 600 }`,
    button: `uis-call-button {
  --uis-call-accent: #a5f54a;
  --uis-call-surface: #161b22;
  --uis-call-border: #30363d;
  --uis-call-text: #e6edf3;
  --uis-call-muted: #8b949e;
  --uis-call-radius: 6px;
}`,
    head: "~/deploykit",
    title: "Talk to an engineer",
    text: "No sales script. Whoever is on call rings you within a minute.",
  },
  {
    name: "clinic",
    display: "inline",
    css: `body { background: #f2fafa; color: #17383d; font: 17px/1.6 Verdana, "Noto Sans", sans-serif }
      .head { background: #fff; color: #0b7285; font-weight: 600 } h1 { font-weight: 600 }
      .site { display: grid; grid-template-columns: 1fr 20rem; gap: 2rem } .site uis-call-button { grid-area: 1 / 2 / 5 / 3 }`,
    button: `uis-call-button {
  --uis-call-accent: #0b7285;
  --uis-call-radius: 1.25rem;
  --uis-call-border: #cfe6e8;
  --uis-call-text: #17383d;
}
uis-call-button::part(panel) {
  box-shadow: 0 1rem 3rem -1.5rem #0b728580;
}`,
    head: "Clinic by the park",
    title: "An appointment by phone",
    text: "Leave your number. The reception calls you, and finds a time that suits you.",
  },
  {
    name: "white-label",
    css: `body { background: #fff; color: #111; font: 300 17px/1.5 "Comic Neue", "URW Gothic", "Century Gothic", "Noto Sans", sans-serif; letter-spacing: .01em }
      .head { text-align: center; letter-spacing: .3em } h1 { font-weight: 300; font-size: 34px }`,
    button: `uis-call-button {
  --uis-call-accent: #111;
  --uis-call-radius: 0;
  --uis-call-border: #111;
  --uis-call-shadow: none;
}
uis-call-button::part(button),
uis-call-button::part(submit) {
  font-weight: 400;
  letter-spacing: 0.08em;
  text-transform: uppercase;
}`,
    content: '<span slot="header" style="font-size:1.25rem">Atelier Nord</span>',
    head: "ATELIER NORD",
    title: "Made to measure",
    text: "A word with the tailor costs nothing.",
  },
];

/** Returns the properties of a `Scene` of the end-to-end tests that shows this site. */
export function lookPage({ css, button, head, title, text, content = "" }) {
  return {
    css: `body { padding: 0 } .head { padding: 14px 32px; font-size: 18px } .site { padding: 24px 32px }
      h1 { margin: 0 0 8px; font-size: 28px; line-height: 1.2 } p { margin: 0 0 18px; max-width: 30rem } ${css} ${button}`,
    before: `<div class="head">${head}</div><div class="site"><div><h1>${title}</h1><p>${text}</p></div>`,
    after: "</div>",
    content: `${content}<a href="tel:+74990000000">+7 499 000-00-00</a>`,
  };
}
