// An application with express-session, as tests need it: whose requests can be held between what they have read and what they write.
//   SESSIONS_URL=… SESSIONS_KEY=… [MAX_AGE_MS=…] [ROLLING=true] [SAVE_UNINITIALIZED=true] [RESAVE=true] node express-session-app.mjs
import express from 'express'
import session from 'express-session'
import { createSessionStore } from '../dist/express-session.js'

const app = express()
const { SESSIONS_URL: url, SESSIONS_KEY: key, MAX_AGE_MS, ROLLING, SAVE_UNINITIALIZED, RESAVE, TIMEOUT_MS = '5000' } = process.env
const store = createSessionStore({
  Store: session.Store,
  url,
  key,
  timeoutMs: Number(TIMEOUT_MS),
  lifetime: 'browser',
  userOf: ({ userId, req }) => userId && { userId, ipAddress: req.ip, userAgent: req.get('user-agent') }
})
app.use(session({
  store,
  secret: 'a secret of thirty-two characters',
  rolling: ROLLING === 'true',
  resave: RESAVE === 'true',
  saveUninitialized: SAVE_UNINITIALIZED === 'true',
  cookie: { ...(MAX_AGE_MS && { maxAge: Number(MAX_AGE_MS) }) }
}))

const shown = ({ sessionID, session: { userId, cart, cookie } }) => ({ sid: sessionID, userId: userId ?? null, cart: cart ?? null, expires: cookie.expires ?? null, isDate: cookie.expires instanceof Date, originalMaxAge: cookie.originalMaxAge })
const answer = (request, response, next) => error => error ? next(error) : response.json(shown(request))

app.get('/', (request, response) => response.json(shown(request)))
app.post('/login/:userId', (request, response, next) => request.session.regenerate(error => {
  if (error) return next(error)
  request.session.userId = request.params.userId
  request.session.save(answer(request, response, next))
}))
app.post('/user/:userId', (request, response, next) => {
  request.session.userId = request.params.userId === 'nobody' ? undefined : request.params.userId
  request.session.save(answer(request, response, next))
})
app.post('/cart/:item', (request, response, next) => {
  request.session.cart = [...request.session.cart ?? [], request.params.item]
  request.session.save(answer(request, response, next))
})
app.post('/set/:name/:bytes', (request, response, next) => {
  request.session[request.params.name] = 'x'.repeat(Number(request.params.bytes))
  request.session.save(error => response.json({ code: error?.code ?? null, message: error?.message ?? null }))
})
app.get('/reload', (request, response, next) => {
  request.session.cart = 'not saved'
  request.session.reload(answer(request, response, next))
})
app.post('/logout', ({ session }, response, next) => session.destroy(error => error ? next(error) : response.json({})))

const held = new Map()
app.post('/hold/:name', (request, response, next) => {
  held.set(request.params.name, () => {
    request.session.slow = request.params.name
    request.session.save(answer(request, response, next))
  })
})
app.get('/held/:name', (request, response) => response.json({ isHeld: held.has(request.params.name) }))
app.post('/release/:name', (request, response) => {
  held.get(request.params.name)()
  response.json({})
})

app.use((error, _request, response, next) => response.headersSent ? next(error) : response.status(error.code === 'unreachable' ? 503 : 500).json({ code: error.code ?? null, message: error.message }))

const server = app.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
