import type { Messages } from "./messages.js";

export const messages: Messages = {
  calling: "جارٍ الاتصال…",
  heading: "طلب معاودة الاتصال",
  callHeading: "مكالمة: {whom}",
  callHint: "سنتصل بهاتفك ونوصلك.",
  call: "اتصال",
  phone: "رقم هاتفك",
  phoneHint: "سنتصل بك فورًا ونوصلك بنا.",
  privacy: "سياسة الخصوصية",
  submit: "اتصلوا بي",
  sending: "جارٍ الإرسال…",
  again: "الاتصال مجددًا",
  retry: "إعادة المحاولة",
  close: "إغلاق",
  offline: "أنت غير متصل بالإنترنت. حاول مجددًا عند عودة الاتصال.",
  loading: "لحظة من فضلك…",
  callUs: "أو اتصل بنا بنفسك:",
  network: "الخادم لا يستجيب. يُرجى المحاولة مجددًا.",
  headings: { placed: "تم التوصيل" },
  status: {
    dialing: "نتصل الآن. أبقِ هاتفك قريبًا منك.",
    placed: "تم توصيلك. نتمنى لك مكالمة طيبة!",
  },
};
