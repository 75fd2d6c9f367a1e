import { createLiveEvents } from '../../../packages/client/dist/index.js'
import { createCartPanel } from './cart.mjs'
import { createDevices } from './devices.mjs'
import { createPlayback } from './playback.mjs'
import { client, service } from './service.mjs'

const find = selector => document.querySelector(selector)
const say = text => { find('#news').textContent = text }

/** Does what was asked for; says so if it was refused. */
async function act (work) {
  try {
    await work()
  } catch (error) {
    // That the session has ended is told by its last event.
    if (error.code !== 'invalid_session') say(error.message)
  }
}

const devices = createDevices(find('#devices'), { act, say })
const playback = createPlayback(find('#playback'), { act, say, nameOf: devices.nameOf })
const cart = createCartPanel(find('#cart'), { act })
const panels = [devices, playback, cart]
let live

function showConnection (state, text) {
  find('#connection').dataset.state = state
  if (find('#connection').textContent !== text) find('#connection').textContent = text
}

const refusals = {
  ended_by_user: 'Another device of the account has signed it out.',
  ended_all: 'All devices of the account were signed out.',
  logged_out: 'It was logged out in another tab.',
  replaced: 'A login in this browser has taken its place.',
  expired_idle: 'It was not used for too long.',
  expired_absolute: 'The time since the login is over.'
}

function close () {
  live?.close()
  for (const panel of panels) panel.close()
  find('#logout').hidden = true
}

function showEnd (reason) {
  close()
  find('#rename').close()
  showConnection('off', 'Signed out')
  find('#ended-reason').textContent = `${refusals[reason] ?? 'The session has ended.'} (${reason})`
  find('#ended').showModal()
}

/** Each panel takes what concerns it. After a `reset` what is shown may be old. */
function take (event) {
  if (event.type === 'reset') return act(() => Promise.all(panels.map(panel => panel.read())))
  for (const panel of panels) act(() => panel.take(event))
}

/** Listens first and reads then, so nothing falls between. */
async function openForUser () {
  const isConnected = new Promise(resolve => {
    live = createLiveEvents({
      ...service,
      onEvent: take,
      onEnd: showEnd,
      onConnected (isOn) {
        showConnection(isOn ? 'on' : 'waiting', isOn ? 'Live' : 'Connecting again…')
        resolve()
      },
      onError: () => showConnection('waiting', 'Connecting again…')
    })
  })
  await isConnected
  await devices.open()
  await Promise.all([playback.open(), cart.openForUser()])
  find('#logout').hidden = false
}

async function openForGuest () {
  showConnection('off', 'Not logged in')
  find('#login').hidden = false
  await cart.openForGuest()
}

async function start () {
  find('#login').hidden = true
  try {
    await client.openAnonymousSession({ body: { cookie: true } })
  } catch (error) {
    find('#login').hidden = false
    throw error
  }
  const { body: session } = await client.getSession()
  return session.anonymous ? openForGuest() : openForUser()
}

async function logIn (form) {
  const { email, password, deviceName } = Object.fromEntries(new FormData(form))
  await client.login({ body: { email, password, deviceName, cookie: true } })
  form.reset()
  find('#login').hidden = true
  say('')
  await openForUser()
  find('#devices-title').focus()
}

find('#login form').addEventListener('submit', event => {
  event.preventDefault()
  act(() => logIn(event.target))
})
find('#logout').addEventListener('click', () => act(async () => {
  close()
  await client.logout()
  await start()
  find('#login input').focus()
}))
find('#ended').addEventListener('cancel', event => event.preventDefault())
find('#ended button').addEventListener('click', () => {
  find('#ended').close()
  act(start)
})

find('#service').textContent = new URL(service.url).host
act(start)
