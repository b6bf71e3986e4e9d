import type { Messages } from "./messages.js";

export const messages: Messages = {
  calling: "جارٍ الاتصال…",
  heading: "سنعاود الاتصال بك",
  callHeading: "مكالمة: {whom}",
  callHint: "نتصل بهاتفك ونصلك.",
  call: "اتصال",
  phone: "رقم هاتفك",
  phoneHint: "نتصل بك فورًا ونوصلك بنا.",
  privacy: "سياسة الخصوصية",
  submit: "اتصلوا بي",
  sending: "جارٍ الإرسال…",
  again: "اتصال مرة أخرى",
  close: "إغلاق",
  offline: "أنت غير متصل بالإنترنت. تحقق من اتصالك.",
  loading: "لحظة من فضلك…",
  network: "تعذّر الوصول إلينا. تحقّق من اتصالك وحاول مجددًا.",
  status: {
    dialing: "نتصل الآن. أبقِ هاتفك في متناول يدك.",
    placed: "تم توصيلك. نتمنى لك مكالمة طيبة!",
  },
};
