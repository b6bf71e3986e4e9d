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
    // What directives hear, and ask of the part they are in.
    ["setConnected(t){void 0===this._$AM&&(this._$Cv=t,this._$AP?.(t))}", ""],
    [",this._$Cv=e?.isConnected??!0", ""],
    ["this._$AP?.(!1,!0,s)", ""],
    ["this._$AN=void 0,", ""],
    ["get _$AU(){return this._$AM?._$AU??this._$Cv}", ""],
    ["get _$AU(){return this._$AM._$AU}", ""],
    ["get parentNode(){return this._$AM.parentNode}", ""],
    [
      "get parentNode(){let t=this._$AA.parentNode;const i=this._$AM;return void 0!==i&&11===t?.nodeType&&(t=i.parentNode),t}",
      "",
    ],
    ["get startNode(){return this._$AA}get endNode(){return this._$AB}", ""],
    ["get tagName(){return this.element.tagName}", ""],
    // Templates that a compiler has made.
    [
      '"number"==typeof s?this._$AC(t):(void 0===s.el&&(s.el=S.createElement(V(s.h,s.h[0]),this.options)),s)',
      "this._$AC(t)",
    ],
    // Expressions in comments.
    ["else{let t=-1;for(;-1!==(t=r.data.indexOf(o,t+1));)d.push({type:7,index:l}),t+=o.length-1}", ""],
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
    ["connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}", ""],
    ["disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}", ""],
    ["this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),", ""],
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
    ["removeController(t){this._$EO?.delete(t)}", ""],
    // Defaults that come back when an attribute goes.
    ["i&&!(this._$Ej??=", "!1&&!(this._$Ej??="],
    ["i.useDefault&&i.reflect", "!1"],
    ["??this._$Ej?.get(e)??r", ""],
    // Accessors that a class has of its own, and symbols for names.
    ["this.prototype.hasOwnProperty(t)&&((s=Object.create(s)).wrapped=!0),", ""],
    [
      "const t=this.constructor.elementProperties;if(t.size>0)for(const[s,i]of t){const{wrapped:t}=i,e=this[s];!0!==t||this._$AL.has(s)||void 0===e||this.C(s,void 0,i,e)}",
      "",
    ],
    ["const{get:e,set:r}=h(this.prototype,t)??{", "const{get:e,set:r}={"],
    ["!1===e&&(h=this[t])", "h=this[t]"],
    ["if(s.state&&(s.attribute=!1),", "if("],
    [",s=[...r(t),...o(t)]", ",s=r(t)"],
    // Steps of an update that the element takes as they are.
    ["const t=this.scheduleUpdate();return null!=t&&await t,", "return this.performUpdate(),"],
    ["scheduleUpdate(){return this.performUpdate()}", ""],
    ["t=this.shouldUpdate(s),t?", "t=!0,t?"],
    ["shouldUpdate(t){return!0}", ""],
    ["this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(t))", "this.hasUpdated=!0"],
    ["firstUpdated(t){}", ""],
    ["return this.getUpdateComplete()", "return this._$ES"],
    ["getUpdateComplete(){return this._$ES}", ""],
    // Styles that are several.
    [
      "const i=[];if(Array.isArray(s)){const e=new Set(s.flat(1/0).reverse());for(const s of e)i.unshift(t(s))}else void 0!==s&&i.push(t(s));return i",
      "return[t(s)]",
    ],
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

/** What our own code must not use, then. */
const CUT_OFF =
  /\b(?:(?:first|should|schedule)Update\w*|getUpdateComplete|removeController|addInitializer|useDefault)\b|lit\/(?:decorators|directives?)\b|\b(?:svg|mathml)`/;

/** Makes the cuts; what has become unreachable the minifiers take. */
export const leanLit = (): Plugin => ({
  name: "lean-lit",
  transform: {
    filter: { id: /\/(?:lit-html|lit-element|reactive-element)\.js$|\/widget\/dist\// },
    handler(code, id) {
      if (id.includes("/widget/dist/")) {
        const [used] = CUT_OFF.exec(code) ?? [];
        if (used !== undefined) throw new Error(`${id} uses ${used}, which lean-lit.ts leaves out`);
        return code;
      }
      return (CUTS[id.slice(id.lastIndexOf("/") + 1)] ?? []).reduce((rest, [text, instead]) => {
        if (!rest.includes(text)) throw new Error(`${id} has no "${text}"`);
        return rest.replaceAll(text, instead);
      }, code);
    },
  },
});
