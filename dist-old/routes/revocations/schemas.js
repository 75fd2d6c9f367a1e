import { Type } from '@sinclair/typebox';
import { endReasons } from "../../sessions/activity.js";
import { exampleId } from "../examples.js";
import { Closed, SessionIdSchema, refTo } from "../schemas.js";
const PATTERN = '^[0-9]{1,15}-[0-9]{1,15}$';
const PositionSchema = Type.String({ pattern: PATTERN, description: 'A place in the feed.', examples: ['1704067200000-0'] });
/** Query values are text: nothing is coerced. */
const QuerySchema = Closed({
    // No example, here and below: the documentation would send it, and it is too old.
    after: Type.Optional(Type.String({ pattern: PATTERN, description: '`position` of what you have read last. Without it you get everything that may still matter, which is the place to begin.' })),
    limit: Type.Optional(Type.String({ pattern: '^([1-9][0-9]{0,2}|1000)$', default: '1000', description: 'Revocations an answer, 1 to 1000.' })),
    wait: Type.Optional(Type.String({ pattern: '^([0-9]|[12][0-9]|30)$', default: '0', description: 'Seconds to wait for something new while there is nothing, 0 to 30.' }))
});
const HeadersSchema = Type.Object({
    'last-event-id': Type.Optional(Type.String({ pattern: PATTERN, description: 'Where to go on, as browsers and other clients of server-sent events send it by themselves. It comes before `after`.' }))
});
const exampleSession = { position: '1704067200123-0', sub: '1', sid: exampleId, reason: 'logged_out', exp: 1704067561 };
const exampleUser = { position: '1704067200456-0', sub: '1', before: 1704067200456, except: exampleId, reason: 'password_changed', exp: 1704067561 };
export const RevocationSchema = Type.Object({
    position: PositionSchema,
    sub: Type.Optional(Type.String({ description: 'Whose sessions: the id of the user. Absent if it is everybody’s.', examples: ['1'] })),
    sid: Type.Optional({ ...SessionIdSchema, description: 'The session that has ended, if it is one.' }),
    before: Type.Optional(Type.Integer({ description: 'If it is all of the user’s, or everybody’s: those of whoever was authenticated until then, in **milliseconds** since 1970. A token is one of them if its `auth_time_ms` is not greater.', examples: [1704067200456] })),
    except: Type.Optional({ ...SessionIdSchema, description: 'The one of these that goes on, if one does.' }),
    reason: Type.String({ description: `Why: ${[...endReasons.filter(reason => !/^expired|broken/.test(reason)), 'reauthenticated'].join(', ')}. More may come.`, examples: ['logged_out'] }),
    exp: Type.Integer({ description: 'From when on you may forget it: no token of these sessions can be good any more. Seconds since 1970.', examples: [1704067561] })
}, { $id: 'Revocation', description: 'Sessions that have ended before their deadline: one, or those of a user, or of everybody', examples: [exampleSession] });
const AnswerSchema = Type.Object({
    revocations: Type.Array(refTo(RevocationSchema), { description: 'In order; those of one user in the order in which they happened. One may come twice.' }),
    position: { ...PositionSchema, description: 'Where to go on: send it as `after`.' },
    more: Type.Boolean({ description: 'Whether there is more already: ask again at once.' }),
    ageMs: Type.Integer({ description: 'Everything that ended until so many milliseconds ago is told by now.', examples: [120] })
});
const exampleAnswer = { revocations: [exampleSession, exampleUser], position: '1704067200456-0', more: false, ageMs: 120 };
const stream = [
    'retry: 1000',
    '',
    'id: 1704067200456-0',
    'event: revocations',
    `data: ${JSON.stringify(exampleAnswer)}`,
    '',
    'id: 1704067200700-0',
    'event: heartbeat',
    `data: ${JSON.stringify({ ...exampleAnswer, revocations: [], position: '1704067200700-0' })}`,
    '',
    ''
].join('\n');
export const revocations = {
    tags: ['Other services'],
    operationId: 'revocations',
    summary: 'Which sessions have ended?',
    description: 'Needs a key with the scope `sessions:introspect`. For whoever verifies tokens or remembers verdicts: which of them are worth nothing any more. What expires by itself is not told.\n\n' +
        'Read once without `after`, then again and again with the `position` of the answer before; with `wait` an answer comes as soon as there is something. With `Accept: text/event-stream` it is one answer that goes on: the same as server-sent events, and a `heartbeat` four times a second while there is nothing. Whoever hears nothing for a second, or sees a growing `ageMs`, does not know any more what has ended.\n\n' +
        'A position of more than five minutes ago may be too old (410): forget what you remember and begin without `after`.',
    querystring: QuerySchema,
    headers: HeadersSchema,
    response: {
        200: {
            description: 'What has ended behind that position',
            content: {
                'application/json': { schema: AnswerSchema, examples: { two: { value: exampleAnswer } } },
                'text/event-stream': { schema: Type.String({ description: 'Events `revocations` and `heartbeat`; the data of each is such an answer, its id the position.' }), examples: { stream: { value: stream } } }
            }
        }
    }
};
//# sourceMappingURL=schemas.js.map