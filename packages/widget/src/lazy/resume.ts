import type { CallPart } from "../call-controller.js";
import { storedCall, storeCall } from "../storage.js";
import { asApiError } from "../api/errors.js";
import { resumed } from "../call-state.js";

/** Resumes the matter's stored call: after a reload, or after a change of the button's attributes. */
export const load: CallPart = async (host, controller) => {
  const { matter } = controller;
  const id = storedCall(matter) ?? "";
  const client = controller.client ?? controller.createClient();
  // A stored call belongs to a session with a cookie, so it cannot be read if this page's session has no cookie.
  if (!client.mayResume) return;
  try {
    // Only the page knows whether the user of the cookie is still the present one: the former may have signed out.
    if (host.identity) await client.openSession();
    const call = await client.readCall(id);
    // The page may have changed the button's attributes meanwhile.
    if (matter !== controller.matter) return;
    controller.client ??= client;
    controller.remember(call, matter);
    await controller.tell(call, resumed);
    if (matter === controller.matter) controller.follow(call);
  } catch (error) {
    if (!asApiError(error).passes) storeCall(matter);
  }
};
