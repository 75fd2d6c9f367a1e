import { sessionOf } from "../../plugins/guard.js";
import { presentedIn } from "../../plugins/live-guard.js";
/** For whom the request opens a connection, by the generation of its credential, or of that for which its ticket was issued. */
export function holderOf(app, request) {
    if (request.ticketHolder !== null)
        return request.ticketHolder;
    const { userId, id } = sessionOf(request);
    return { userId, id, generation: Number(presentedIn(app, request)?.split('.')[1]) };
}
//# sourceMappingURL=holder.js.map