import type { Plugin } from "vite";

/** A text of a published file of Lit, and what takes its place. */
type Cut = readonly [text: string, instead: string];

/**
 * What the embed bundle leaves out of Lit: what the element has no use for. A file that has another text than it is cut by
 * fails the build: look at what is new there, and cut anew or drop the cut.
 */
const CUTS: Record<string, readonly Cut[]> = {
  "lit-element.js": [
    ["s.litElementHydrateSupport", "(void 0)"],
    ["s.litElementPolyfillSupport", "(void 0)"],
    ['(s.litElementVersions??=[]).push("4.2.2")', "0"],
    ['i._$litElement$=!0,i["finalized"]=!0,', ""],
    // What the embed bundle's `render` has no use for.
    [
      "createRenderRoot(){const t=super.createRenderRoot();return this.renderOptions.renderBefore??=t.firstChild,t}",
      "",
    ],
    ["this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),", ""],
    ["connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}", ""],
    ["disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}", ""],
    [",this._$Do=void 0", ""],
    ["this._$Do=e(r", "e(r"],
    ["render(){return r}", ""],
  ],
  "reactive-element.js": [
    ["a.reactiveElementPolyfillSupport", "(void 0)"],
    ['(a.reactiveElementVersions??=[]).push("2.1.2")', "0"],
    // Decorators, and what they begin with.
    ['Symbol.metadata??=Symbol("metadata"),a.litPropertyMetadata??=new WeakMap;', ""],
    [
      "const t=this[Symbol.metadata];if(null!==t){const s=litPropertyMetadata.get(t);if(void 0!==s)for(const[t,i]of s)this.elementProperties.set(t,i)}",
      "",
    ],
    ["static addInitializer(t){this._$Ei(),(this.l??=[]).push(t)}", ""],
    [",this.constructor.l?.forEach(t=>t(this))", ""],
    ["removeController(t){this._$EO?.delete(t)}", ""],
    // Classes above and below ours: there are none.
    [
      'static _$Ei(){if(this.hasOwnProperty(d("elementProperties")))return;const t=n(this);t.finalize(),void 0!==t.l&&(this.l=[...t.l]),this.elementProperties=new Map(t.elementProperties)}',
      "",
    ],
    [
      'if(this.hasOwnProperty(d("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(d("properties"))){',
      "this.elementProperties=new Map;{",
    ],
    [',y[d("elementProperties")]=new Map,y[d("finalized")]=new Map', ""],
    ["this._$Eh&&[", "["],
    // Accessors that a class has of its own, properties without, and symbols for names.
    [
      "if(s.state&&(s.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(t)&&((s=Object.create(s)).wrapped=!0),this.elementProperties.set(t,s),!s.noAccessor){const i=Symbol(),h=this.getPropertyDescriptor(t,i,s);void 0!==h&&e(this.prototype,t,h)}",
      "const i=Symbol();this.elementProperties.set(t,s),e(this.prototype,t,{get(){return this[i]},set(e){const h=this[i];this[i]=e,this.requestUpdate(t,h,s)},configurable:!0,enumerable:!0})",
    ],
    [
      "const t=this.constructor.elementProperties;if(t.size>0)for(const[s,i]of t){const{wrapped:t}=i,e=this[s];!0!==t||this._$AL.has(s)||void 0===e||this.C(s,void 0,i,e)}",
      "",
    ],
    [
      "static getPropertyDescriptor(t,s,i){const{get:e,set:r}=h(this.prototype,t)??{get(){return this[s]},set(t){this[s]=t}};return{get:e,set(s){const h=e?.call(this);r?.call(this,s),this.requestUpdate(t,h,i)},configurable:!0,enumerable:!0}}",
      "",
    ],
    ["static createProperty(t,s=b)", "static createProperty(t,s)"],
    [
      "const t=this.properties,s=[...r(t),...o(t)];for(const i of s)this.createProperty(i,t[i])",
      "for(const[t,s]of Object.entries(this.properties))this.createProperty(t,s)",
    ],
    ['"string"==typeof t?t.toLowerCase():void 0', "t.toLowerCase()"],
    // Tests of our own for what is a change: the accessor tells of it, or nothing is told of.
    [
      "requestUpdate(t,s,i,e=!1,h){if(void 0!==t){const r=this.constructor;if(!1===e&&(h=this[t]),i??=r.getPropertyOptions(t),!((i.hasChanged??f)(h,s)||i.useDefault&&i.reflect&&h===this._$Ej?.get(t)&&!this.hasAttribute(r._$Eu(t,i))))return;",
      "requestUpdate(t,s,i={}){if(void 0!==t){if(Object.is(this[t],s))return;",
    ],
    // Steps of an update that the element takes as they are.
    [
      "const t=this.scheduleUpdate();return null!=t&&await t,!this.isUpdatePending",
      "return this.performUpdate(),!this.isUpdatePending",
    ],
    ["scheduleUpdate(){return this.performUpdate()}", ""],
    ["if(!this.isUpdatePending)return;", ""],
    ["let t=!1;const s=this._$AL;try{t=this.shouldUpdate(s),t?(", "const s=this._$AL;try{"],
    [
      ",this.update(s)):this._$EM()}catch(s){throw t=!1,this._$EM(),s}t&&",
      ",this.update(s)}catch(s){throw this._$EM(),s}",
    ],
    ["shouldUpdate(t){return!0}", ""],
    ["this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(t))", "this.hasUpdated=!0"],
    ["firstUpdated(t){}", ""],
    ["return this.getUpdateComplete()", "return this._$ES"],
    ["getUpdateComplete(){return this._$ES}", ""],
    ["willUpdate(t){}", ""],
    ["updated(t){}", ""],
    ["enableUpdating(t){}", ""],
    // Styles that are several, and a shadow root with options.
    [
      "static finalizeStyles(s){const i=[];if(Array.isArray(s)){const e=new Set(s.flat(1/0).reverse());for(const s of e)i.unshift(t(s))}else void 0!==s&&i.push(t(s));return i}",
      "",
    ],
    ["this.finalizeStyles(this.styles)", "[this.styles]"],
    ['y.elementStyles=[],y.shadowRootOptions={mode:"open"}', "0"],
    [
      "this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions)",
      'this.attachShadow({mode:"open"})',
    ],
    // Methods that are called from one place: as good there.
    ["this._$Ev()}_$Ev(){", ""],
    [
      "this.C(t,s,i)",
      "this._$AL.has(t)||this._$AL.set(t,this.hasUpdated?s:void 0),i.reflect&&this._$Em!==t&&(this._$Eq??=new Set).add(t)",
    ],
    [
      "C(t,s,{useDefault:i,reflect:e,wrapped:h},r){i&&!(this._$Ej??=new Map).has(t)&&(this._$Ej.set(t,r??s??this[t]),!0!==h||void 0!==r)||(this._$AL.has(t)||(this.hasUpdated||i||(s=void 0),this._$AL.set(t,s)),!0===e&&this._$Em!==t&&(this._$Eq??=new Set).add(t))}",
      "",
    ],
    ["attributeChangedCallback(t,s,i){this._$AK(t,i)}", ""],
    ["_$AK(t,s){", "attributeChangedCallback(t,h,s){"],
    // Fields that are set before they are looked at.
    ["this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,", ""],
    ["!1===this.isUpdatePending&&", "this.isUpdatePending||"],
    ["void 0!==this.renderRoot&&this.isConnected", "this.isConnected"],
    [
      "if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(const[t,s]of this._$Ep)this[t]=s;this._$Ep=void 0}",
      "{for(const[t,s]of this._$Ep)this[t]=s;this._$Ep=[];",
    ],
    ["t.size>0&&(this._$Ep=t)", "this._$Ep=t"],
    ["void 0!==e&&!0===i.reflect", "1"],
    ["void 0!==e&&this._$Em!==e", "this._$Em!==e"],
    // Attributes that are neither text nor a switch.
    ['c=a.trustedTypes,l=c?c.emptyScript:"",', 'l="",'],
    ["(void 0!==i.converter?.toAttribute?i.converter:u).toAttribute(s,i.type)", "i.type?s?l:null:s"],
    [
      'h="function"==typeof t.converter?{fromAttribute:t.converter}:void 0!==t.converter?.fromAttribute?t.converter:u;this._$Em=e;const r=h.fromAttribute(s,t.type);this[e]=r??this._$Ej?.get(e)??r',
      "r=t.type?null!==s:s;this._$Em=e,this[e]=r",
    ],
    [
      "u={toAttribute(t,s){switch(s){case Boolean:t=t?l:null;break;case Object:case Array:t=null==t?t:JSON.stringify(t)}return t},fromAttribute(t,s){let i=t;switch(s){case Boolean:i=null!==t;break;case Number:i=null===t?null:Number(t);break;case Object:case Array:try{i=JSON.parse(t)}catch(t){i=null}}return i}}",
      "u=0",
    ],
    ["b={attribute:!0,type:String,converter:u,reflect:!1,useDefault:!1,hasChanged:f}", "b={}"],
    ["static getPropertyOptions(t){return this.elementProperties.get(t)??b}", ""],
    ["i.getPropertyOptions(e)", "i.elementProperties.get(e)"],
  ],
};

/** What our own code must not use, then. */
const CUT_OFF =
  /\b(?:(?:first|should|schedule)Update\w*|getUpdateComplete|removeController|addInitializer|useDefault|hasChanged|converter)\b|lit\/(?:decorators|directives?)\b|\b(?:svg|mathml)`|\.map\([^`]*html`/;

/** In a template, an expression that is a part of an attribute, stands in quotes, or has a name that HTML would change. */
const NOT_WHOLE =
  /(?<=html`[^`]*) (?:[.?@]?[\w-]+=(?:"[^"$`]*\$\{|[^\s"`>$]+\$\{)|[.?@]?[\w-]*[A-Z][\w-]*=\$\{)/;

/** Makes the cuts; what has become unreachable the minifiers take. */
export const leanLit = (): Plugin => ({
  name: "lean-lit",
  transform: {
    filter: { id: /\/(?:lit-html|lit-element|reactive-element)\.js$|\/widget\/dist\// },
    handler(code, id) {
      if (id.includes("/widget/dist/")) {
        const [used] = CUT_OFF.exec(code) ?? [];
        if (used !== undefined) throw new Error(`${id} uses ${used}, which lean-lit.ts leaves out`);
        const [part] = NOT_WHOLE.exec(code) ?? [];
        if (part !== undefined)
          throw new Error(`${id} has ${part}: an expression is all of an attribute, unquoted`);
        return code;
      }
      return (CUTS[id.slice(id.lastIndexOf("/") + 1)] ?? []).reduce((rest, [text, instead]) => {
        if (!rest.includes(text)) throw new Error(`${id} has no "${text}"`);
        return rest.replaceAll(text, instead);
      }, code);
    },
  },
});
