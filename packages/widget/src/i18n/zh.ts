import type { Messages } from "./messages.js";

export const messages: Messages = {
  calling: "正在呼叫…",
  heading: "我们给您回电",
  callHeading: "呼叫：{whom}",
  callHint: "我们先拨打您的电话，再为您接通。",
  call: "呼叫",
  phone: "您的电话号码",
  phoneHint: "我们会立即拨打并为您接通。",
  privacy: "隐私政策",
  submit: "给我回电",
  sending: "正在发送…",
  again: "再次呼叫",
  close: "关闭",
  offline: "您已离线，请检查网络连接。",
  loading: "请稍候…",
  network: "无法连接到我们。请检查网络后重试。",
  status: {
    dialing: "正在呼叫，请留意手机。",
    placed: "已接通，祝您通话愉快！",
  },
};
