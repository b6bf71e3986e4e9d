import type { CallPart } from "../call-controller.js";
import { storedCall, storeCall } from "../storage.js";
import type { ApiError } from "../api/errors.js";
import { resumed } from "../call-state.js";

/** Shows the stored call again, after a reload of the page or after a change of the button's attributes. */
export const load: CallPart = async (_host, controller) => {
  const { matter } = controller;
  const id = storedCall(matter) ?? "";
  const client = controller.client ?? controller.createClient();
  // A stored call belongs to a session with a cookie, so it cannot be read if this page's session has no cookie.
  if (!client.mayResume) return;
  try {
    const call = await client.readCall(id);
    // The page may have changed the button's attributes meanwhile.
    if (matter !== controller.matter) return;
    controller.client ??= client;
    controller.remember(call, matter);
    await controller.tell(call, resumed);
    if (matter === controller.matter) controller.follow(call);
  } catch (error) {
    if (!(error as ApiError).passes) storeCall(matter);
  }
};
