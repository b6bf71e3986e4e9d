// `npm run gallery`: takes the pictures of the README, docs/gallery.md and docs/theming.md. A contact sheet is a
// picture that shows the real element, with a real backend, in all states.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { browser as findBrowser } from "./browser.js";
import { LOOKS, lookPage } from "./looks.js";
import { build, install, root } from "./setup.js";

install();
build();
process.env.CHROME_PATH = await findBrowser();
const { startDemo } = await import("../examples/demo/dist/demo.js");
const { launchBrowser } = await import("../packages/testing/dist/browsers/playwright.js");
const { Stage, STATES } = await import("../e2e/dist/stage.js");

const folder = join(root, "docs", "gallery");
mkdirSync(folder, { recursive: true });

const DEVICES = {
  desktop: { width: 512, height: 600 },
  phone: { width: 360, height: 600 },
};
const THEMES = ["light", "dark"];
const DIRECTIONS = { ltr: "en", rtl: "ar" };

/** Returns the part of a desktop window that the picture shows: the side where the button is. */
const half = (locale) => ({ x: locale === DIRECTIONS.rtl ? 128 : 0, y: 0, width: 384, height: 600 });

/** The caption of each state in the contact sheets. */
const CAPTIONS = {
  idle: "at rest",
  form: "form",
  error: "number refused",
  consent: "consent missing",
  sending: "sending",
  waiting: "UIS at its limit",
  calling: "calling",
  connected: "connected",
  failed: "not connected",
  unknown: "outcome unknown",
  offline: "offline",
  unreachable: "backend away",
  limit: "too many requests",
  closed: "closed: choose a time",
  scheduled: "kept for that time",
};

const PAGES = {
  ltr: `<p class="shop">Coffee Period</p><h1>Ethiopia Yirgacheffe</h1>
    <p>Washed, light roast. Bergamot, jasmine and a long honey finish. 250 g</p>`,
  rtl: `<p class="shop">قهوة ونقطة</p><h1>إثيوبيا يرغاتشيفي</h1>
    <p>محمصة خفيفة مغسولة. برغموت وياسمين ونهاية عسلية طويلة. 250 غ</p>`,
};
const PAGE_CSS = `
  body { padding: 20px; font: 15px/1.45 Inter, system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif }
  p { max-width: 340px } h1 { margin: 0 0 4px; font-size: 21px; line-height: 1.25 } p { margin: 0 0 12px; opacity: .75 }
  .shop { margin: 0; font-size: 13px; font-weight: 600 }`;

const browser = await launchBrowser();
const only = process.argv.slice(2);
try {
  if (only.length === 0 || only.includes("states"))
    for (const direction of Object.keys(DIRECTIONS).filter(
      (one) => !only.some((two) => two in DIRECTIONS && two !== one),
    ))
      await contactSheets(direction);
  if (only.length === 0 || only.includes("looks")) await looks();
  if (only.length === 0 || only.includes("demo")) await demo();
} finally {
  await browser.close();
}

/** Draws one contact sheet for each theme. */
async function contactSheets(direction) {
  const shots = Object.fromEntries(THEMES.map((theme) => [theme, {}]));
  for (const [device, viewport] of Object.entries(DEVICES)) {
    for (const state of STATES) {
      const taken = await shoot(state, viewport, DIRECTIONS[direction], PAGES[direction]);
      for (const theme of THEMES) (shots[theme][device] ??= []).push({ state, image: taken[theme] });
    }
  }
  for (const theme of THEMES) {
    const sections = Object.entries(shots[theme]).map(([device, cells]) => section(device, cells));
    await picture(`${theme}-${direction}`, { width: 1632, height: 400 }, sheet(theme, sections));
  }
}

/** Takes one picture of the button in the given state for each theme. */
async function shoot(state, viewport, locale, before) {
  const stage = await Stage.start();
  const phone = viewport.width === DEVICES.phone.width;
  const context = await browser.newContext({ viewport, hasTouch: phone, isMobile: phone });
  try {
    const page = await context.newPage();
    await stage.show(page, state, { display: "popover", locale, before, css: PAGE_CSS });
    // Moves the pointer away from the button, so that the button is not shown in its hover style.
    await page.mouse.move(0, 0);
    const taken = {};
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme });
      await freeze(page);
      taken[colorScheme] = await page.screenshot({ ...(!phone && { clip: half(locale) }) });
    }
    return taken;
  } finally {
    await context.close();
    await stage.stop();
  }
}

/** Stops all animations of the button at a moment at which the picture shows that something moves. */
function freeze(page) {
  return page.locator("uis-call-button").evaluate((button) => {
    for (const animation of button.shadowRoot.getAnimations()) {
      animation.pause();
      animation.currentTime = 500;
    }
  });
}

/** Takes one picture of each site in looks.js. */
async function looks() {
  const stage = await Stage.start();
  try {
    for (const look of LOOKS) {
      const { name, scheme: colorScheme, state = "form", display = "popover" } = look;
      const page = await browser.newPage({ viewport: { width: 720, height: 600 }, colorScheme });
      await stage.show(page, state, { display, ...lookPage(look) });
      await page.mouse.move(0, 0);
      await save(`look-${name}`, await page.screenshot({ animations: "disabled" }));
      await page.close();
    }
  } finally {
    await stage.stop();
  }
}

/** Takes pictures of the demo in both languages, while the telephone of the visitor rings. */
async function demo() {
  for (const [locale, name] of Object.entries({ "en-GB": "../demo", "ru-RU": "../demo.ru" })) {
    const { url, uis, stop } = await startDemo({ port: 0 });
    const page = await browser.newPage({ viewport: { width: 1360, height: 860 }, locale });
    try {
      await page.goto(url);
      await page.locator("#sales [part~=button]").click();
      await page.locator("#sales [part~=phone]").fill("+7 900 000-00-01");
      await page.locator("#sales form [part~=submit]").click();
      await page.locator("uis-phone .keys button.answer").click();
      await page.locator("uis-phone[party=visitor] .keys button.answer").waitFor();
      // Waits until the call has lasted four seconds. By then, about half of the message to the office has been spoken.
      while (uis.exchange.now() - uis.exchange.calls[0].startedAt < 4000) await page.waitForTimeout(100);
      await page.mouse.move(0, 0);
      await page.evaluate(() => globalThis.scrollTo(0, 0));
      await save(name, await page.screenshot());
    } finally {
      await page.close();
      await stop();
    }
  }
}

function section(device, cells) {
  const figures = cells.map(
    ({ state, image }) =>
      `<figure><img src="data:image/png;base64,${image.toString("base64")}"><figcaption>${CAPTIONS[state]}</figcaption></figure>`,
  );
  return `<section class="${device}">${figures.join("")}</section>`;
}

function sheet(theme, sections) {
  return `<!doctype html><style>
  body { margin: 0; padding: 20px; background: ${theme === "dark" ? "#2b3330" : "#dfe5e2"}; font: 600 14px/1.4 system-ui, "Noto Sans", sans-serif;
    color: ${theme === "dark" ? "#e8efeb" : "#17211d"} }
  section { display: flex; flex-wrap: wrap; gap: 20px 16px; margin-block-end: 28px }
  figure { margin: 0 } img { display: block; border-radius: 12px } .phone img { border-radius: 20px }
  figcaption { padding-block-start: 6px; text-align: center }
</style>${sections.join("")}`;
}

async function picture(name, viewport, html) {
  const page = await browser.newPage({ viewport });
  await page.setContent(html, { waitUntil: "load" });
  await save(name, await page.screenshot({ fullPage: true }));
  await page.close();
}

/** Saves a picture with a palette of 160 colours. The pictures have few colours, so this makes the file smaller. */
async function save(name, png) {
  const small = await sharp(png).png({ palette: true, colours: 160, effort: 10 }).toBuffer();
  writeFileSync(join(folder, `${name}.png`), small);
  console.log(`${join("docs/gallery", name)}.png ${Math.round(small.length / 1000)} kB`);
}
