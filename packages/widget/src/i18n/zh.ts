import type { Messages } from "./messages.js";

export const messages: Messages = {
  calling: "正在呼叫…",
  heading: "申请回电",
  callHeading: "呼叫：{whom}",
  callHint: "我们会拨打您的电话并为您接通。",
  call: "呼叫",
  phone: "您的电话号码",
  phoneHint: "我们会立即拨打并为您接通。",
  privacy: "隐私政策",
  submit: "给我回电",
  sending: "正在发送…",
  again: "再次拨打",
  retry: "重试",
  close: "关闭",
  offline: "您已离线，请联网后重试。",
  loading: "请稍候…",
  callUs: "或者直接致电我们：",
  network: "服务器没有响应，请重试。",
  headings: { placed: "已接通" },
  status: {
    dialing: "正在呼叫，请把手机放在身边。",
    placed: "已接通，祝您通话愉快！",
  },
};
