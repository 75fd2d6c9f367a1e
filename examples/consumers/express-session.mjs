// Sessions of express-session, kept by the session service: who ends a session there ends it here.
//   SESSIONS_URL=http://127.0.0.1:3000 SESSIONS_KEY=ssk_… SECRET=… node examples/consumers/express-session.mjs
import express from 'express'
import session from 'express-session'
import { createSessionStore } from '../../packages/client/dist/express-session.js'

const app = express()
const store = createSessionStore({
  Store: session.Store,
  url: process.env.SESSIONS_URL,
  key: process.env.SESSIONS_KEY,
  userOf: ({ userId, req }) => userId && { userId, ipAddress: req.ip, userAgent: req.get('user-agent') }
})
app.use(session({ store, secret: process.env.SECRET, resave: false, saveUninitialized: false, cookie: { maxAge: 86_400_000 } }))

app.post('/login', (request, response, next) => request.session.regenerate(error => {
  if (error) return next(error)
  request.session.userId = 'customer-4711'
  response.json({ loggedIn: true })
}))
app.get('/orders', ({ session }, response) => response.status(session.userId ? 200 : 401).json({ ordersOf: session.userId ?? null }))
app.post('/logout', ({ session }, response, next) => session.destroy(error => error ? next(error) : response.json({ loggedIn: false })))

const server = app.listen(Number(process.env.PORT ?? 4005), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
