// The same with Express.
//   SESSIONS_URL=http://127.0.0.1:3000 SESSIONS_KEY=ssk_… node examples/consumers/express.mjs
import express from 'express'
import { sessions } from '../../packages/client/dist/express.js'

const app = express()
const { requireSession } = sessions({ url: process.env.SESSIONS_URL, key: process.env.SESSIONS_KEY })

app.get('/public', (_request, response) => response.json({ hello: 'anybody' }))
app.get('/orders', requireSession(), ({ session }, response) => response.json({ ordersOf: session.sub }))
app.get('/cart', requireSession({ anonymous: true }), ({ session }, response) => response.json({ isLoggedIn: session.anonymous !== true }))
app.get('/stock', requireSession({ role: 'admin' }), ({ session }, response) => response.json({ shownTo: session.name }))
app.get('/payment', requireSession({ fresh: 300 }), ({ session }, response) => response.json({ provenAt: session.auth_time }))

const server = app.listen(Number(process.env.PORT ?? 4001), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
