import type { ScheduleMessages } from "./schedule-messages.js";

export const messages: ScheduleMessages = {
  closed: "现在不在服务时间。",
  opens: "现在不在服务时间。开始服务：{when}。",
  when: "您希望我们何时致电？",
  day: "日期",
  time: "时间",
  office: "届时我们当地时间为{time}。",
  hint: "我们会在您选择的时间致电并为您接通。",
  submit: "届时致电",
  quiet: "那时您那里是深夜，请选择其他时间。",
  scheduled: "我们将致电：{when}。",
};
