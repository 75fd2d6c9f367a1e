import { dictionary } from '@zxcvbn-ts/language-common'

/** Characters, as NIST SP 800-63B asks; counted by Unicode code point. */
export const PASSWORD_MIN_LENGTH = 8
/** What POST /login accepts. */
export const PASSWORD_MAX_LENGTH = 1024

/** What guessers try first: about 50,000 passwords of leaks, and the words of passphrases, which are no password alone. */
const common = new Set([...dictionary['passwords-common'], ...dictionary['diceware-common']].filter(({ length }) => length >= PASSWORD_MIN_LENGTH))

const service = ['session', 'sessions', 'service']

/** Shorter ones are in every other password by chance. */
const WORD_MIN_LENGTH = 3

export type Weakness = 'common' | 'context'

/**
 * Why a password is too easy to guess, or null. `context`: the words that belong to the account (its email, its name) and to the service do not count as
 * characters, so that what is added to them has to be a password by itself. Case does not matter, and neither does the width of letters.
 */
export function weaknessOf (password: string, account: { email: string, name: string }): Weakness | null {
  const plain = canonical(password)
  if (common.has(plain)) return 'common'
  const words = [...service, ...wordsOf(account.email), ...wordsOf(account.name)].sort((a, b) => b.length - a.length)
  const rest = words.reduce((text, word) => text.replaceAll(word, ''), plain)
  return rest !== plain && [...rest].length < PASSWORD_MIN_LENGTH ? 'context' : null
}

function wordsOf (text: string): string[] {
  return canonical(text).split(/[^\p{L}\p{N}]+/u).filter(({ length }) => length >= WORD_MIN_LENGTH)
}

function canonical (text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
