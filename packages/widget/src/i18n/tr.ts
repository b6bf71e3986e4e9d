import type { Messages } from "./messages.js";

export const messages: Messages = {
  calling: "Arıyoruz…",
  heading: "Geri arama talebi",
  callHeading: "Arama: {whom}",
  callHint: "Telefonunuzu arayıp sizi bağlarız.",
  call: "Ara",
  phone: "Telefon numaranız",
  phoneHint: "Sizi hemen arayıp bağlarız.",
  privacy: "Gizlilik politikası",
  submit: "Beni arayın",
  sending: "Gönderiliyor…",
  again: "Tekrar ara",
  retry: "Tekrar dene",
  close: "Kapat",
  offline: "İnternet bağlantınız yok. Bağlantı gelince tekrar deneyin.",
  loading: "Bir saniye…",
  callUs: "Ya da bizi siz arayın:",
  network: "Sunucumuz yanıt vermiyor. Lütfen tekrar deneyin.",
  headings: { placed: "Görüşme başladı" },
  status: {
    dialing: "Arıyoruz. Telefonunuz yanınızda olsun.",
    placed: "Bağlandınız. İyi görüşmeler!",
  },
};
