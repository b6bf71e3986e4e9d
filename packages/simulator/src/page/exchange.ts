import { UisExchange } from "./exchange-page.js";
import { UisJournal } from "./journal.js";
import { UisPeople } from "./people.js";
import { UisPhone } from "./phone.js";
import { UisPhones } from "./phones.js";
import { UisTimeline } from "./timeline.js";

const elements = {
  "uis-phone": UisPhone,
  "uis-phones": UisPhones,
  "uis-timeline": UisTimeline,
  "uis-journal": UisJournal,
  "uis-people": UisPeople,
  "uis-exchange": UisExchange,
};

// Defines only elements that are not defined yet, so that a page may load this script twice.
for (const [tag, element] of Object.entries(elements)) {
  if (!customElements.get(tag)) customElements.define(tag, element);
}
