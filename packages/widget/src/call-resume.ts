import type { CallPart } from "./call-controller.js";
import { recallCall, rememberCall } from "./call-memory.js";
import type { CallRefused } from "./call-refused.js";

/** Takes up the call that was under way when the page was left. */
export const load: CallPart = async (host, controller) => {
  const { tenant, target } = host;
  const id = recallCall(tenant, target) ?? "";
  const client = controller.createClient();
  if (!client.mayResume) {
    rememberCall(tenant, target);
    return;
  }
  try {
    const call = await client.readCall(id);
    // The page may have named another meanwhile.
    if (tenant !== host.tenant || target !== host.target || controller.state.phase !== "idle") return;
    controller.client = client;
    controller.remember(call);
    await controller.tell(call);
    if (client === controller.client) controller.follow(call);
  } catch (error) {
    if (!(error as CallRefused).passes) rememberCall(tenant, target);
  }
};
