/** Many who listen, each with a socket. Asked, it opens them, says how they are, ends sessions and times the close frames, or comes back at once to another instance when theirs is gone. */
import { ask } from './live/ask.mjs'
import { atRate, eventually } from './live/in-turn.mjs'
import { answer, createMembers, join, joinAll, stateOf, urls, userAgent } from './live/members.mjs'

/** How long the last close frame may take, and how long it is waited for what should not come. */
const LATEST_MS = 10_000
const AFTERWARDS_MS = 1000

const members = createMembers()
let onLoss = () => {}

answer({
  open: ({ perSecond }) => joinAll(members, perSecond, (member, how) => onLoss(member, how)),
  state: () => stateOf(members),
  end,
  forewarn,
  back: () => back
})

/** Ends the sessions of the first ones by a logout: of each four, two at the instance that has their socket and two at the other one. */
async function end ({ count, perSecond }) {
  const ended = await atRate(perSecond, members.slice(0, count), async member => {
    const at = urls[(member.number >> 1) % urls.length]
    const askedAtMs = performance.now()
    await ask(`${at}/logout`, { method: 'POST', credential: member.credential, userAgent })
    return { member, isSame: at === member.url, askedAtMs, answeredAtMs: performance.now() }
  })
  await eventually(() => ended.every(({ member }) => member.ends.length > 0), LATEST_MS)
  await eventually(() => false, AFTERWARDS_MS)
  return {
    ...stateOf(members),
    ended: ended.map(({ member, isSame, askedAtMs, answeredAtMs }) => ({ isSame, ends: member.ends, fromRequestMs: member.endedAtMs - askedAtMs, fromAnswerMs: member.endedAtMs - answeredAtMs }))
  }
}

let back

/** From now on who loses a socket goes on at `url`, at once, but for the first `away` of them. `back` is answered when all are. */
function forewarn ({ url, away }) {
  const returning = new Set(members.slice(away))
  let left = returning.size
  back = new Promise((resolve, reject) => {
    onLoss = member => {
      if (!returning.delete(member)) return
      member.url = url
      join(member).then(() => { if (--left === 0) resolve(stateOf(members)) }, reject)
    }
  })
  return { returning: left }
}
