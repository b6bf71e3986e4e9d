import type { Accounts } from "./accounts.js";
import { callOrder } from "./call-order.js";
import type { Exchange } from "../exchange/exchange.js";
import { authenticateParams, checkParams, placeCallsParams } from "./parameters.js";

/** Runs one method of the API and returns its result. @throws {RpcError} if the method fails */
export type Method = (params: Record<string, unknown>, address: string) => unknown;

/** Returns the methods of Call API v1 by their names (§3, §4). */
export function methodsOfV1(accounts: Accounts, exchange: Exchange): ReadonlyMap<string, Method> {
  return new Map<string, Method>([
    [
      "authenticate",
      (params, address) => {
        accounts.checkAddress(params, address);
        const { login, password } = checkParams(authenticateParams, params);
        return { session_key: accounts.authenticate(login, password) };
      },
    ],
    [
      "place_calls",
      (params, address) => {
        accounts.checkAddress(params, address);
        const checked = checkParams(placeCallsParams, params);
        const account = accounts.ofKey(checked.session_key);
        accounts.checkPermission(account, checked.numb);
        accounts.countCall(account);
        const { settings } = exchange;
        const { outcome } = exchange.place(callOrder(checked, account.login, settings));
        return settings.answersWhen === "accepted" ? "success" : outcome;
      },
    ],
  ]);
}
