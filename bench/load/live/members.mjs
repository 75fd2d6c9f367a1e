import { readFileSync } from 'node:fs'
import { inFlight, atRate } from './in-turn.mjs'
import { openSocket } from './socket.mjs'

const { URLS, SESSIONS, USER_AGENT } = process.env

/** Sockets that are being opened at a time. */
const FLIGHT = 100

export const urls = URLS.split(',')
export const userAgent = USER_AGENT

/** One socket for each credential of the file SESSIONS, on the instances in turn. `ends`: how it has ended, each time. `told`: what each event of a name is told to. */
export function createMembers (told = {}) {
  return JSON.parse(readFileSync(SESSIONS, 'utf8')).map((credential, number) => ({ number, credential, url: urls[number % urls.length], isOpen: false, lastId: undefined, resets: 0, ends: [], endedAtMs: NaN, told }))
}

/** Opens a socket; settled when it is up, which is when nothing is left out any more. @throws if it ends before */
export function join (member, onLoss = () => {}) {
  return new Promise((resolve, reject) => {
    openSocket({
      url: member.url,
      credential: member.credential,
      userAgent,
      after: member.lastId,
      onEvent (text) {
        const event = JSON.parse(text)
        member.lastId = event.id ?? member.lastId
        if (event.type === 'reset') member.resets++
        if (event.type === 'reset' || event.type === 'ready') {
          member.isOpen = true
          resolve()
        }
        member.told[event.type]?.(member, event)
      },
      onEnd (how) {
        member.endedAtMs = performance.now()
        member.ends.push(how)
        if (!member.isOpen) return reject(new Error(`a socket was not opened: ${how}`))
        member.isOpen = false
        onLoss(member, how)
      }
    })
  })
}

/** Opens all, at that rate or as fast as they are let in. Says how long it took. */
export async function joinAll (members, perSecond, onLoss) {
  const startedAtMs = performance.now()
  const open = member => join(member, onLoss)
  await (perSecond === undefined ? inFlight(FLIGHT, members, open) : atRate(perSecond, members, open))
  return { tookMs: performance.now() - startedAtMs }
}

/** How many are open, how many of the others have ended in which way, and how many were told that something may be missing. */
export function stateOf (members) {
  const ends = {}
  for (const how of members.flatMap(({ ends }) => ends)) ends[how] = (ends[how] ?? 0) + 1
  return { open: members.filter(({ isOpen }) => isOpen).length, ends, resets: members.reduce((sum, { resets }) => sum + resets, 0) }
}

/** Answers each question with what the member of its name does. */
export function answer (acts) {
  process.on('message', async question => {
    for (const [name, act] of Object.entries(acts)) if (question[name] !== undefined) process.send(await act(question[name]))
  })
  process.send({ url: urls[0] })
}
