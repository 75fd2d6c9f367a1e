import type { Validated } from '../../src/sessions/session.ts'
import type { Question } from './fakes.ts'
import type { Known } from './news.ts'
import type { createPlainStore } from './plain-store.ts'

/** Redis at work: a question is executed, and its answer arrives, then or later. */
export function createAnswers (questions: Question[], store: ReturnType<typeof createPlainStore>, { latestLifetimeMs, heard }: { latestLifetimeMs: number, heard: Known }) {
  const executed = new Map<Question, Validated | null>()
  /** By what every copy of a verdict has of it. */
  const verdicts = new Map<Validated['times'], number>()

  function execute (position: number): Question | undefined {
    const question = questions[position % questions.length]
    if (question === undefined || executed.has(question)) return question
    if (question.isCreation) store.add(question.id, latestLifetimeMs)
    const found = store.validate(question, question.isUse)
    executed.set(question, found)
    if (found !== null) verdicts.set(found.times, verdicts.size)
    return question
  }

  function answer (position: number): void {
    const question = execute(position)
    if (question === undefined) return
    questions.splice(questions.indexOf(question), 1)
    const found = executed.get(question) ?? null
    // What is asked while news may be missed is only passed on, unless it is asked strictly.
    if (found?.isAdvanced === true && (question.isProven || question.isStrict)) heard.advanced.add(found.id)
    if (found === null && question.isStrict && store.hasEnded(question.id)) heard.ended.add(question.id)
    question.answer(found)
  }

  return {
    execute,
    answer,
    /** How many sessions Redis has said to be alive until now. */
    given: () => verdicts.size,
    /** Whether it said so of this one before that; what is repeated from memory is none of its own words. */
    isOlder: (found: Validated, given: number) => (verdicts.get(found.times) ?? -1) < given
  }
}
