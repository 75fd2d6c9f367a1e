import { Type } from '@sinclair/typebox';
import { exampleId, exampleTimes } from "../examples.js";
import { ActorSchema, EndReasonSchema, SessionIdSchema, TimesSchema, Timestamp, refTo } from "../schemas.js";
const StatsAnswerSchema = Type.Object({
    activeSessions: Type.Integer({ description: 'Live sessions of everybody. Logins and log-outs count within a second, idle expiry within ten, a log-out of everybody as it is deleted in the background.', examples: [42] })
}, { description: 'Numbers of the whole service', examples: [{ activeSessions: 42 }] });
export const adminStats = {
    tags: ['Operation'],
    operationId: 'adminStats',
    summary: 'How many sessions are live?',
    description: 'Needs the role `admin` and a password that was proven within the last 12 hours, or a service key with the scope `admin`. Costs the same at any number of sessions: nothing is scanned.',
    response: { 200: StatsAnswerSchema }
};
const ExplainAnswerSchema = Type.Object({
    sessionId: SessionIdSchema,
    state: Type.String({ enum: ['alive', 'ended', 'unknown'], description: '`unknown`: there never was one, or what was left of it is gone (ENDED_SESSIONS_SECONDS), or it expired in the last minutes, which nobody has noticed yet, or the session goes on under another id since its password was proven.' }),
    explanation: Type.String({ description: 'The same in a sentence.', examples: ['It is alive. If it is not used it ends at 1704070810000.'] }),
    checkedAt: Type.Optional(Timestamp('The store’s clock when it looked.')),
    userId: Type.Optional(Type.String({ description: 'Whose it is or was.', examples: ['1'] })),
    times: Type.Optional(refTo(TimesSchema)),
    credential: Type.Optional(Type.Object({
        generation: Type.Integer({ description: 'The credential that was used last, counted from 1. Older ones than its predecessor end the session.', examples: [2] }),
        firstUsedAt: Type.Optional(Timestamp('When that generation was first used; absent for the first one.')),
        predecessorUntil: Type.Optional(Timestamp('Until when the one before it works; used after that it ends the session.'))
    })),
    freshness: Type.Optional(Type.Object({
        provenSecondsAgo: Type.Integer({ description: 'How long ago the password was proven. Routes that want it more recent answer 403 `reauthentication_required`.', examples: [20] }),
        guarded: Type.Boolean({ description: 'Whether it came from a device that was not known while SESSION_GUARD_SECONDS was on: it ends no older session, and changes no accounts and no keys, before it has proven the password once more.' })
    })),
    boundTo: Type.Optional(Type.Array(Type.String(), { description: 'What of its surroundings is compared at each use: `network`, `client`, `device`.', examples: [['network', 'client']] })),
    flagged: Type.Optional(Type.Boolean({ description: 'Whether it was used from elsewhere since the password was last proven. Where that is `step-up` (BINDING_NETWORK …), its holder is answered 403 `reauthentication_required` there until it is proven again.' })),
    notBefore: Type.Optional(Type.Object({
        at: Timestamp('When all sessions of the user were last ended: those that were opened until then are dead.'),
        kept: Type.Boolean({ description: 'Whether this one was opened before and kept then.' })
    })),
    ended: Type.Optional(Type.Object({
        at: Type.Optional(Timestamp('When it ended.')),
        reason: EndReasonSchema,
        actor: ActorSchema,
        createdAt: Type.Optional(Timestamp('When it was opened, of one of which no more is left.')),
        lastAccessedAt: Type.Optional(Timestamp('When it was last used, of the same.'))
    }))
}, {
    description: 'Why it is valid, or not',
    examples: [{
            sessionId: exampleId,
            state: 'alive',
            explanation: 'It is alive. If it is not used it ends at 1704070810000.',
            checkedAt: '1704067220000',
            userId: '1',
            times: exampleTimes,
            credential: { generation: 2, firstUsedAt: '1704067210000', predecessorUntil: '1704067240000' },
            freshness: { provenSecondsAgo: 20, guarded: false },
            boundTo: ['network', 'client'],
            flagged: false
        }]
});
export const explainSession = {
    tags: ['Operation'],
    operationId: 'explainSession',
    summary: 'Why is a session valid, or not?',
    description: 'Needs the role `admin` and a password that was proven within the last 12 hours, or a service key with the scope `admin`. For any public id: alive or why not, both deadlines and which comes first, generation and grace, how fresh the proof of the password is, what its use is compared by, the last end of all sessions. Looking is no use of the session: nothing moves.',
    params: Type.Object({ sessionId: SessionIdSchema }),
    response: { 200: ExplainAnswerSchema }
};
//# sourceMappingURL=schemas.js.map