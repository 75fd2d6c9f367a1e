/**
 * What every peer does once it listens: users log in over HTTP, with the browser USER_AGENT, and the bench is told where to ask, with which header, and how to log in once more.
 */
import { compare } from 'bcryptjs'

const FLIGHT = 16

/** Everybody's, and its hash at cost 10. */
const password = 'correct horse'
export const passwordHash = '$2b$10$dshGHwfBzA6YWpQVXw3HHukzfn5yGrljpvOfmURrrxRrDt3yVHT/6'
const users = Array.from({ length: Number(process.env.SESSIONS) }, (_, i) => (
  { id: 1_000_000 + i, email: `ada.lovelace.${i}@example.com`, name: `Ada Lovelace ${i}` }
))

/** By bcryptjs 3.0, as the service does, but where the peer is: on its event loop, in steps of 100 ms. */
export const isPassword = candidate => compare(candidate, passwordHash)

/**
 * Who logs in, by the body of a login. Those who are logged in before anything is measured send no password: thousands of hashes would take minutes.
 * @throws with the status 401 if the password is wrong
 */
export async function userOf ({ password, ...user }) {
  if (password !== undefined && !await isPassword(password)) throw Object.assign(new Error('Invalid password'), { statusCode: 401 })
  return user
}

/** For servers whose credential is a cookie. */
export const cookies = ['cookie', (_answer, headers) => headers.getSetCookie()[0].split(';')[0]]

/** `credentialOf` gets the answer to a login, and its headers. */
export async function logInAll (url, [header, credentialOf]) {
  const credentials = []
  for (let i = 0; i < users.length; i += FLIGHT) {
    credentials.push(...await Promise.all(users.slice(i, i + FLIGHT).map(user => logIn(`${url}/login`, user, credentialOf))))
  }
  process.send({ url, header, credentials, login: { ...users[0], password } })
}

async function logIn (url, user, credentialOf) {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', 'user-agent': process.env.USER_AGENT }, body: JSON.stringify(user) })
  if (!response.ok) throw new Error(`a login answered ${response.status}: ${await response.text()}`)
  return credentialOf(await response.json(), response.headers)
}
