import type { CallOrder, Group } from "../exchange/call.js";
import type { PlaceCallsParams } from "./parameters.js";
import type { Settings } from "../exchange/settings.js";

/** Converts the checked parameters of `place_calls` into an order that the exchange can carry out (Call API v1 §4). */
export function callOrder(params: PlaceCallsParams, account: string, settings: Settings): CallOrder {
  const { numa_message: toVisitor, numc_message: toOffice } = params;
  const showService = params.use_numb_as_numa ?? params.is_use_numb_as_numa ?? true;
  return {
    account,
    firstCall: params.first_call,
    switchAtOnce: params.switch_at_once,
    holdMusic: params.media_file,
    ...(params.is_queue && params.queue_timeout !== undefined && { queueTimeout: params.queue_timeout }),
    serviceNumber: params.numb,
    visitor: { number: params.numa, ringFor: settings.ringFor },
    groups: groups(params.numc, settings),
    callerIds: { visitor: params.numb, office: showService ? params.numb : params.numa },
    messages: { ...(toVisitor && { visitor: toVisitor }), ...(toOffice && { office: toOffice }) },
  };
}

function groups(numc: PlaceCallsParams["numc"], settings: Settings): Group[] {
  const single = { linesStart: 1, linesLimit: 1, dialingIncrement: 0, incrementalDialingTimeout: 0 };
  // Sets no limit for a single number: the vendor's document has channels only for the phones of forwarding groups.
  if (typeof numc === "string") return [{ phones: [{ number: numc, ringFor: settings.ringFor }], ...single }];
  return numc.map((group) => ({
    phones: group.phones.map(({ numb, channels_count, timeout }) => ({
      number: numb,
      channels: channels_count,
      ringFor: timeout,
    })),
    linesStart: group.lines_start,
    linesLimit: group.lines_limit,
    dialingIncrement: group.dialing_increment ?? 0,
    incrementalDialingTimeout: group.incremental_dialing_timeout ?? 0,
  }));
}
