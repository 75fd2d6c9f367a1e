import { readFileSync } from 'node:fs'

/** The JSON Web Key in a file. @throws Error that repeats nothing of what is in it: it may be the private one */
export function readPublicKey (path: string): unknown {
  const text = readFileSync(path, 'utf8')
  try {
    return JSON.parse(text)
  } catch {
    throw new Error(`${path} is no JSON Web Key, such as {"kty":"OKP","crv":"Ed25519","x":"…"}.`)
  }
}
