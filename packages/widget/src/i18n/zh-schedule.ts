import type { ScheduleMessages } from "./schedule-messages.js";

export const messages: ScheduleMessages = {
  closed: "现在不在服务时间。",
  at: "{date}{weekday} {time}",
  opens: "现在不在服务时间，{when}开始服务。",
  when: "您希望我们何时致电？",
  day: "日期",
  time: "时间",
  office: "办公室当地时间：{weekday} {time}",
  hint: "我们会在您选择的时间致电并为您接通。",
  submit: "到时给我回电",
  quiet: "那时您当地是深夜，请选择其他时间。",
  scheduled: "我们将于{when}致电。",
};
