/**
 * What every peer does once it listens: users log in over HTTP, and the bench is told where to ask, and with which header.
 * A login takes the user in the body and checks no password: passwords are not what is compared.
 */
const FLIGHT = 16
const users = Array.from({ length: Number(process.env.SESSIONS) }, (_, i) => (
  { id: 1_000_000 + i, email: `ada.lovelace.${i}@example.com`, name: `Ada Lovelace ${i}` }
))

/** For servers whose credential is a cookie. */
export const cookies = ['cookie', (_answer, headers) => headers.getSetCookie()[0].split(';')[0]]

/** `credentialOf` gets the answer to a login, and its headers. */
export async function logInAll (url, [header, credentialOf]) {
  const credentials = []
  for (let i = 0; i < users.length; i += FLIGHT) {
    credentials.push(...await Promise.all(users.slice(i, i + FLIGHT).map(user => logIn(`${url}/login`, user, credentialOf))))
  }
  process.send({ url, header, credentials })
}

async function logIn (url, user, credentialOf) {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(user) })
  if (!response.ok) throw new Error(`a login answered ${response.status}: ${await response.text()}`)
  return credentialOf(await response.json(), response.headers)
}
