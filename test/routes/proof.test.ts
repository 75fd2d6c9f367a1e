import { readFileSync } from 'node:fs'
import t from 'tap'
import { isGuarded, proofs } from '../../src/routes/proof.ts'
import { placesOf, type Document } from '../fuzz/document.ts'
import { build } from '../harness.ts'

const inWords = (proof: typeof proofs[keyof typeof proofs]): string => {
  if (proof === 'nothing') return 'nothing'
  return proof === 'current password' ? 'the current password' : `the password proven within ${proof.fresh} s (${proof.fresh / 3600} hours)`
}

t.test('the table, the routes and the documentation say the same', async t => {
  const { app } = await build(t)
  const places = placesOf((await app.inject('/openapi.json')).json<Document>())
  const shown: string[] = []
  for (const [operationId, proof] of Object.entries(proofs)) {
    const place = places.find(({ operation }) => operation.operationId === operationId)
    const ifYoung = isGuarded(operationId) ? ' time, then the password |' : ' |'
    shown.push(`| \`${place?.method.toUpperCase()} ${place?.path}\` | ${inWords(proof)} |${ifYoung}`)
  }
  const text = readFileSync(new URL('../../docs/authentication.md', import.meta.url), 'utf8')
  const [, table = ''] = /\| action \|.*\n\|---\|---\|---\|\n((?:\|.*\n)+)/.exec(text) ?? []
  t.strictSame(table.trim().split('\n'), shown)

  for (const { operation: { operationId, description, requestBody, responses } } of places) {
    const proof = operationId in proofs ? proofs[operationId as keyof typeof proofs] : 'nothing'
    const asksFor = Object.keys(Object(Object(requestBody?.content['application/json']?.schema).properties)).filter(name => /^(currentP|p)assword$/.test(name))
    if (!['login', 'createUser', 'setUserPassword'].includes(operationId)) t.equal(asksFor.length > 0, proof === 'current password', `${operationId} asks for a password`)
    const [, hours] = /proven within the last (\d+) hours/.exec(description) ?? []
    t.equal(hours, typeof proof === 'object' ? String(proof.fresh / 3600) : undefined, `${operationId} says how fresh a session it needs`)
    const mayNeedProof = /`reauthentication_required`/.test(responses['403']?.description ?? '')
    if (typeof proof === 'object') t.ok(mayNeedProof, `${operationId} needs a fresh session`)
    // Others may need one where the session is used from elsewhere; these never.
    if (operationId in proofs && proof === 'nothing' && !isGuarded(operationId)) t.notOk(mayNeedProof, `${operationId} never needs more than a session`)
    const mayBeTooYoung = /`session_too_young`/.test(responses['403']?.description ?? '')
    t.equal(mayBeTooYoung, isGuarded(operationId) || operationId === 'login', `${operationId} and the young-session guard`)
  }
})

t.test('ending sessions of one’s own never needs more than a session', t => {
  t.match(proofs, { logout: 'nothing', endSession: 'nothing', endAllSessions: 'nothing' })
  t.end()
})

t.test('changing the password always needs the current one', t => {
  t.match(proofs, { changePassword: 'current password' })
  t.end()
})
