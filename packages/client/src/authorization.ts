/** How your service says who it is: with its key, or with an assertion that it signs anew each time (RFC 7523). */
export interface Identity {
  /** The key of your service, `ssk_…`; only routes for services need one. */
  key?: string
  /** In its place: signs another assertion, which is good once. It is asked for each try; what it throws is thrown. */
  assertion?: () => Promise<string>
}

/** The header of one try. */
export async function authorizationOf ({ key, assertion }: Identity): Promise<Record<string, string>> {
  const text = assertion === undefined ? key : await assertion()
  return text === undefined ? {} : { authorization: `Bearer ${text}` }
}
