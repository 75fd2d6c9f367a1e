/** Where the claim on an Idempotency-Key lies, and what tells its request from others; both are keyed hashes (seal.ts). */
export interface Place {
  /** The slot tag. */
  tag: string
  name: string
  fingerprint: string
}

/** `claimed`: by who asks, for the first time or since the one before gave it back or died. `other`: it was for another request. */
export interface Found {
  state: 'claimed' | 'running' | 'answered' | 'other'
  /** Of an answer: at which of the places it is, and itself, sealed. */
  index: number
  sealed: string
}

/** Where claims are kept. */
export interface IdempotencyClaims {
  /**
   * Claims the first of these places for `leaseMs`, if there is nothing at any of them. One round trip.
   * Throws `store_unavailable`; then the claim is nobody's as soon as Redis works again.
   */
  claim (places: Place[], owner: string, leaseMs: number): Promise<Found>
  /** Puts the answer in the place of the claim. Whether it was still the owner's, and Redis has said so in time; never rejects. */
  keep (place: Place, owner: string, sealed: string, keptMs: number): Promise<boolean>
  /** Gives the claim back, if it is still the owner's; never rejects. */
  release (place: Place, owner: string): Promise<void>
}
