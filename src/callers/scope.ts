/** What a service may be allowed to ask and do, one word a kind of it. None includes another. */
export const scopes = [
  'sessions:introspect',
  'sessions:read',
  'sessions:create',
  'sessions:write',
  'sessions:revoke',
  'tokens:issue',
  'admin'
] as const

export type Scope = typeof scopes[number]

export function isScope (word: string): word is Scope {
  return (scopes as readonly string[]).includes(word)
}
