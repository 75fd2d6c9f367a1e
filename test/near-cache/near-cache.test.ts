import { setImmediate as settled } from 'node:timers/promises'
import t from 'tap'
import { slotOf } from '../../src/sessions/credential.ts'
import { credentialOf, lifeMs, newSession, opened, sessionOf } from './fakes.ts'

/** A cache that remembers that credential. */
async function remembering (goodForMs?: number, userId = '7') {
  const all = opened()
  const credential = credentialOf(userId)
  const first = all.cache.validate(credential)
  all.questions[0]?.answer(sessionOf(credential.id, goodForMs))
  await first
  await settled()
  /** Whether Redis would be asked. */
  const isAsked = (): boolean => {
    const before = all.questions.length
    Promise.resolve(all.cache.validate(credential)).catch(() => {})
    return all.questions.length > before
  }
  return { ...all, credential, isAsked }
}

t.test('a verdict is repeated for its life, counted from when it was asked for', async t => {
  const { cache, credential, questions, state } = opened()
  const first = cache.validate(credential)
  state.nowMs += 400
  questions[0]?.answer(sessionOf(credential.id))
  t.equal((await first)?.id, credential.id)
  await settled()
  state.nowMs += lifeMs - 401
  t.equal((await cache.validate(credential))?.id, credential.id)
  t.equal(questions.length, 1)
  state.nowMs += 1
  cache.validate(credential)
  t.equal(questions.length, 2)
})

t.test('no longer than the store says that nothing happens by itself, and not at all if that is over when it arrives', async t => {
  const { isAsked, state } = await remembering(300)
  state.nowMs += 299
  t.notOk(isAsked())
  state.nowMs += 1
  t.ok(isAsked())
  const { isAsked: isAskedNow } = await remembering(0)
  t.ok(isAskedNow())
})

t.test('dead verdicts are repeated too, each credential has its own, failures are not remembered', async t => {
  const { cache, questions } = opened()
  const [dead, live] = [credentialOf('7'), credentialOf('7')]
  const older = { ...live, generation: 2 }
  const answers = [cache.validate(dead), cache.validate(live), cache.validate(older)]
  t.equal(questions.length, 3)
  questions[0]?.answer(null)
  questions[1]?.answer(sessionOf(live.id))
  questions[2]?.fail(new Error('away'))
  const outcomes = await Promise.allSettled(answers)
  t.match(outcomes, [{ value: null }, { value: { id: live.id } }, { status: 'rejected' }])
  await settled()
  t.equal(await cache.validate(dead), null)
  t.equal((await cache.validate(live))?.id, live.id)
  t.equal(questions.length, 3)
  cache.validate(older)
  t.equal(questions.length, 4)
})

t.test('of those who share one answer one notes where the session was used from before, and all find what was made of it', async t => {
  const { cache, credential, questions } = opened()
  const asked = [cache.validate(credential), cache.validate(credential), cache.validate({ ...credential })]
  t.equal(questions.length, 1)
  questions[0]?.answer({ ...sessionOf(credential.id), isAdvanced: true })
  const answers = [...await Promise.all(asked), await cache.validate(credential)]
  t.strictSame(answers.map(session => session?.lastOrigin?.userAgent), ['curl', undefined, undefined, undefined])
  t.equal(new Set(answers.map(session => session?.made)).size, 1)
  t.ok(answers.every(session => Array.isArray(session?.made) && session.goodUntilMs === 1_000_000 + lifeMs))
})

t.test('those who ask at the same time share one answer, and one failure', async t => {
  const { cache, credential, questions } = opened()
  const asked = [cache.validate(credential), cache.validate({ ...credential })]
  t.equal(questions.length, 1)
  questions[0]?.fail(new Error('away'))
  t.match(await Promise.allSettled(asked), [{ status: 'rejected' }, { status: 'rejected' }])
  cache.validate(credential)
  t.equal(questions.length, 2)
})

t.test('who asks again as soon as it has failed asks anew', async t => {
  const { cache, credential, questions } = opened()
  const again = Promise.resolve(cache.validate(credential)).catch(async () => cache.validate(credential))
  questions[0]?.fail(new Error('away'))
  await settled()
  t.equal(questions.length, 2)
  questions[1]?.answer(sessionOf(credential.id))
  t.match(await again, { id: credential.id })
})

t.test('who joins a question is given its answer only if that may be repeated when he comes, or else asks once more, together with others', async t => {
  const { cache, credential, questions, state } = opened()
  const validate = () => cache.validate(credential)
  const first = validate()
  state.nowMs += 99
  const inTime = validate()
  state.nowMs += 1
  const late = [validate(), validate()]
  state.nowMs += 800
  t.equal(questions.length, 1)
  questions[0]?.answer(sessionOf(credential.id, 100))
  t.match(await Promise.all([first, inTime]), [{ id: credential.id }, { id: credential.id }])
  await settled()
  t.equal(questions.length, 2, 'once for both')
  questions[1]?.answer(null)
  t.strictSame(await Promise.all(late), [null, null])
})

t.test('once more is enough, whatever the answer: it was asked for after he came; by him, or by who came after news', async t => {
  const { cache, credential, questions, state, news } = opened()
  for (const isAskedAlready of [false, true]) {
    questions.length = 0
    const first = cache.validate(credential)
    state.nowMs += 1
    const late = cache.validate(credential)
    if (isAskedAlready) news(slotOf(credential.id))
    const another = isAskedAlready && cache.validate(credential)
    t.equal(questions.length, isAskedAlready ? 2 : 1)
    questions[0]?.answer(sessionOf(credential.id, 0))
    await first
    await settled()
    t.equal(questions.length, 2)
    state.nowMs += 1
    questions[1]?.answer({ ...sessionOf(credential.id, 0), userId: 'then' })
    t.match([await late, await another], [{ userId: 'then' }, isAskedAlready ? { userId: 'then' } : false])
    t.equal(questions.length, 2)
    await settled()
  }
})

t.test('a refusal is given to whoever joined it within its life', async t => {
  const { cache, credential, questions, state } = opened()
  const answers = [cache.validate(credential)]
  state.nowMs += lifeMs - 1
  answers.push(cache.validate(credential))
  questions[0]?.answer(null)
  t.strictSame(await Promise.all(answers), [null, null])
  t.equal(questions.length, 1)
})

t.test('news of a change drops its slot and nothing else; doubt drops everything', async t => {
  const { isAsked, news, credential } = await remembering()
  news('0000')
  t.notOk(isAsked())
  news(slotOf(credential.id))
  t.ok(isAsked())
  const other = await remembering()
  other.news(null)
  t.ok(other.isAsked())
})

t.test('who has ended, as news says, is refused without asking for as long as a verdict is repeated; strictly, and behind any doubt, Redis is asked', async t => {
  const { cache, credential, questions, state, news } = await remembering()
  const neighbour = { ...credentialOf('7'), secretDigest: credential.secretDigest + 1 }
  news(slotOf(credential.id), credential.id.replaceAll('-', ''))
  t.equal(cache.validate(credential), null)
  t.equal(cache.validate({ ...credential, generation: 2 }), null, 'whatever the generation')
  t.equal(questions.length, 1)
  cache.validate(neighbour)
  t.equal(questions.length, 2, 'another session of the slot is asked about')
  cache.validate(credential, true)
  t.equal(questions.length, 3, 'strictly')
  state.nowMs += lifeMs - 1
  t.equal(cache.validate(credential), null)
  state.nowMs += 1
  cache.validate(credential)
  t.equal(questions.length, 4, 'a second later')
  news(slotOf(credential.id), credential.id.replaceAll('-', ''))
  news(null)
  cache.validate(credential)
  t.equal(questions.length, 5, 'what was heard before a doubt is not known any more')
})

t.test('an answer that was overtaken by news is given and forgotten, and nobody joins it any more', async t => {
  const { cache, credential, questions, news } = opened()
  for (const slot of [slotOf(credential.id), null]) {
    questions.length = 0
    const first = cache.validate(credential)
    news(slot)
    const second = cache.validate(credential)
    t.equal(questions.length, 2, 'the second does not join the first')
    questions[0]?.answer(sessionOf(credential.id))
    t.equal((await first)?.id, credential.id)
    await settled()
    const third = cache.validate(credential)
    t.equal(questions.length, 2, 'it joins the second')
    questions[1]?.answer(null)
    t.strictSame(await Promise.all([second, third]), [null, null])
    await settled()
    news(null)
  }
})

t.test('strict asks, and so does everybody while news may be missed; what arrives then is not remembered', async t => {
  const { cache, credential, isAsked, questions, state } = await remembering()
  cache.validate(credential, true)
  t.equal(questions.length, 2)
  state.isProven = false
  t.ok(isAsked())
  const { cache: another, credential: other, questions: asked, state: its } = opened()
  const first = another.validate(other)
  its.isProven = false
  asked[0]?.answer(sessionOf(other.id))
  await first
  await settled()
  its.isProven = true
  another.validate(other)
  t.equal(asked.length, 2)
})

t.test('what is no use is asked by itself: a use shares no answer with it, and finds none of it remembered', async t => {
  for (const isStrict of [false, true]) {
    const { cache, credential, questions, size } = opened()
    const looks = [cache.validate(credential, isStrict, false), cache.validate(credential, isStrict, false)]
    const used = cache.validate(credential)
    t.strictSame(questions.map(({ isUse }) => isUse), [false, false, true])
    for (const { answer } of questions.slice(0, 2)) answer(sessionOf(credential.id))
    t.match(await Promise.all(looks), [{ id: credential.id }, { id: credential.id }])
    await settled()
    t.equal(size(), 0)
    questions[2]?.answer(sessionOf(credential.id))
    await used
    await settled()
    cache.validate(credential, isStrict, false)
    t.equal(questions.length, 4, 'nor does it take what is remembered')
    t.equal((await cache.validate(credential))?.id, credential.id)
    t.equal(questions.length, 4)
  }
})

t.test('what a strict question finds out counts at once: that a session has ended, or goes on with a new generation', async t => {
  for (const [found, isAsked] of [[null, true], ['advanced', true], ['alive', false]] as const) {
    const all = await remembering()
    const strict = all.cache.validate(all.credential, true)
    all.questions.at(-1)?.answer(found && { ...sessionOf(all.credential.id), isAdvanced: found === 'advanced' })
    await strict
    t.equal(all.isAsked(), isAsked, String(found))
  }
})

t.test('so does what any other finds out: a refusal may have been a reuse, which ends the session; it is remembered itself', async t => {
  const { cache, credential, questions } = await remembering()
  const successor = { ...credential, generation: credential.generation + 1 }
  const advanced = cache.validate(successor)
  questions.at(-1)?.answer({ ...sessionOf(credential.id), isAdvanced: true })
  await advanced
  await settled()
  const reuse = cache.validate(credential)
  questions.at(-1)?.answer(null)
  t.equal(await reuse, null)
  await settled()
  const asked = questions.length
  t.equal(cache.validate(credential), null)
  t.equal(questions.length, asked, 'the refusal')
  cache.validate(successor)
  t.equal(questions.length, asked + 1, 'the successor')
})

t.test('a change by this instance drops the slot before it resolves, also if it fails', async t => {
  const verbs: Array<[string, (all: Awaited<ReturnType<typeof remembering>>) => Promise<unknown>]> = [
    ['extend', ({ cache, credential }) => cache.extend(credential.id, 1)],
    ['replace', ({ cache, credential }) => cache.replace(credential.id, credential)],
    ['flag', ({ cache, credential }) => cache.flag(credential.id, { binding: '', signals: [], ipAddress: '', isAccepted: true })],
    ['end', ({ cache, credential }) => cache.end('7', credential.id)],
    ['endAll', ({ cache }) => cache.endAll('7', null)],
    ['create', ({ cache, questions }) => {
      const created = cache.create(newSession(credentialOf('7')))
      questions.at(-1)?.answer(null)
      return created
    }]
  ]
  for (const [name, change] of verbs) {
    const all = await remembering()
    t.notOk(all.isAsked())
    await change(all)
    t.ok(all.isAsked(), name)
  }
  const failing = await remembering()
  failing.state.isFailing = true
  await t.rejects(failing.cache.end('7', failing.credential.id), /no reply/)
  t.ok(failing.isAsked(), 'it may have happened')
})

t.test('a session that was opened here is known until a validation of it would not be, counted from when it was asked for', async t => {
  const { cache, credential, questions, state } = opened()
  const dead = cache.validate(credential)
  questions[0]?.answer(null)
  t.equal(await dead, null)
  await settled()
  const created = cache.create(newSession(credential))
  state.nowMs += 400
  questions[1]?.answer(null)
  await created
  const { lastOrigin: _lastOrigin, ...session } = sessionOf(credential.id)
  t.match(await cache.validate(credential), session)
  state.nowMs += lifeMs - 401
  t.match(await cache.validate(credential), session)
  t.equal(questions.length, 2)
  state.nowMs += 1
  cache.validate(credential)
  t.equal(questions.length, 3)
})

t.test('it is not known if anything was heard of its slot meanwhile, while news may be missed, or if its creation failed', async t => {
  const between: Array<(all: ReturnType<typeof opened>) => void> = [
    ({ news, credential }) => news(slotOf(credential.id)),
    ({ state }) => { state.isProven = false }
  ]
  for (const happens of between) {
    const all = opened()
    const created = all.cache.create(newSession(all.credential))
    happens(all)
    all.questions[0]?.answer(null)
    await created
    all.state.isProven = true
    all.cache.validate(all.credential)
    t.equal(all.questions.length, 2)
  }
  const { cache, isAsked, questions } = await remembering()
  const failed = cache.create(newSession(credentialOf('7')))
  questions.at(-1)?.fail(new Error('no reply'))
  await t.rejects(failed, /no reply/)
  t.ok(isAsked(), 'who gives way for it may be gone')
})
