import type { Messages } from "./messages.js";

export const messages: Messages = {
  calling: "Arıyoruz…",
  heading: "Sizi arayalım",
  callHeading: "Arama: {whom}",
  callHint: "Telefonunuzu arar ve sizi bağlarız.",
  call: "Ara",
  phone: "Telefon numaranız",
  phoneHint: "Hemen arar ve sizi bağlarız.",
  privacy: "Gizlilik politikası",
  submit: "Beni arayın",
  sending: "Gönderiliyor…",
  again: "Tekrar ara",
  close: "Kapat",
  offline: "Çevrimdışısınız. Bağlantınızı kontrol edin.",
  loading: "Bir saniye…",
  network: "Bize ulaşılamadı. Bağlantınızı kontrol edip tekrar deneyin.",
  status: {
    dialing: "Arıyoruz. Telefonunuz elinizin altında olsun.",
    placed: "Bağlandınız. İyi görüşmeler!",
  },
};
