import type { Plugin } from "vite";

/** A text of a published file of Lit, and what takes its place. */
type Cut = readonly [text: string, instead: string];

/**
 * What the embed bundle leaves out of Lit: what the element has no use for. A file that has another text than it is cut by
 * fails the build: look at what is new there, and cut anew or drop the cut.
 */
const CUTS: Record<string, readonly Cut[]> = {
  "lit-html.js": [
    // Hooks of polyfills, and of a warning of several versions.
    ["t.litHtmlPolyfillSupport", "(void 0)"],
    ['(t.litHtmlVersions??=[]).push("3.3.3")', "0"],
    // Directives.
    ["function M(t,i,s=t,e){if(i===E)return i;", "function M(t,i){return i;"],
    // Templates of SVG and MathML: `html` takes whole pictures.
    ["2===i", "!1"],
    ["3===i", "!1"],
    // Expressions in the place of an attribute.
    ["t.startsWith(o)&&(d", "!1&&(d"],
    ["6===r.type", "!1"],
    // Expressions inside of script, style, textarea and title.
    ["y.test(", "!1&&("],
  ],
  "lit-element.js": [
    ["s.litElementHydrateSupport", "(void 0)"],
    ["s.litElementPolyfillSupport", "(void 0)"],
    ['(s.litElementVersions??=[]).push("4.2.2")', "0"],
  ],
  "reactive-element.js": [
    ["a.reactiveElementPolyfillSupport", "(void 0)"],
    ['(a.reactiveElementVersions??=[]).push("2.1.2")', "0"],
    // Decorators, and what they begin with.
    ['Symbol.metadata??=Symbol("metadata"),a.litPropertyMetadata??=new WeakMap;', ""],
    ["const t=this[Symbol.metadata];if(null!==t)", "const t=0;if(0)"],
    ["static addInitializer(t){this._$Ei(),(this.l??=[]).push(t)}", ""],
    ["void 0!==t.l&&(this.l=[...t.l]),", ""],
    [",this.constructor.l?.forEach(t=>t(this))", ""],
    // Defaults that come back when an attribute goes.
    ["i&&!(this._$Ej??=", "!1&&!(this._$Ej??="],
    ["i.useDefault&&i.reflect", "!1"],
    ["??this._$Ej?.get(e)??r", ""],
    // Attributes that are neither text nor a switch.
    [
      '"function"==typeof t.converter?{fromAttribute:t.converter}:void 0!==t.converter?.fromAttribute?t.converter:u',
      "u",
    ],
    ["(void 0!==i.converter?.toAttribute?i.converter:u)", "u"],
    ["case Object:case Array:t=null==t?t:JSON.stringify(t)", ""],
    [
      "case Number:i=null===t?null:Number(t);break;case Object:case Array:try{i=JSON.parse(t)}catch(t){i=null}",
      "",
    ],
  ],
};

/** Makes the cuts; what has become unreachable the minifiers take. */
export const leanLit = (): Plugin => ({
  name: "lean-lit",
  transform: {
    filter: { id: /\/(?:lit-html|lit-element|reactive-element)\.js$/ },
    handler: (code, id) =>
      (CUTS[id.slice(id.lastIndexOf("/") + 1)] ?? []).reduce((rest, [text, instead]) => {
        if (!rest.includes(text)) throw new Error(`${id} has no "${text}"`);
        return rest.replaceAll(text, instead);
      }, code),
  },
});
