import { Type } from '@sinclair/typebox';
import { Closed } from "../schemas.js";
const LiveAnswerSchema = Type.Object({ status: Type.Literal('ok') }, { description: 'The process answers', examples: [{ status: 'ok' }] });
const CheckSchema = Type.String({ enum: ['ok', 'unavailable'] });
const ReadyAnswerSchema = Type.Object({
    status: Type.Literal('ok'),
    checks: Type.Object({ redis: CheckSchema, postgres: CheckSchema }),
    warnings: Type.Array(Type.String(), { description: 'How the store is set up against the service’s needs; the log has a sentence for each.' })
}, {
    description: 'Ready for requests',
    examples: [{ status: 'ok', checks: { redis: 'ok', postgres: 'ok' }, warnings: [] }]
});
export const livez = {
    tags: ['Operation'],
    operationId: 'livez',
    summary: 'Is the process alive?',
    description: 'Asks nobody else: restart the process if this does not answer.',
    response: { 200: LiveAnswerSchema }
};
export const readyz = {
    tags: ['Operation'],
    operationId: 'readyz',
    summary: 'Can it serve?',
    description: 'Whether Redis takes writes and PostgreSQL answers: send requests elsewhere while this says 503. Without PostgreSQL live sessions go on working, and nobody logs in.',
    querystring: Closed({
        exclude: Type.Optional(Type.String({ enum: ['postgres'], description: '`postgres`: ready while PostgreSQL is away, too.' }))
    }),
    response: { 200: ReadyAnswerSchema }
};
//# sourceMappingURL=schemas.js.map