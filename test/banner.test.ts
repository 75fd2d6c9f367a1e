import t from 'tap'
import { banner, urlOf } from '../src/banner.ts'
import { loadConfig } from '../src/config.ts'

const own = {
  REDIS_URL: 'redis://:secret@redis:6379',
  DATABASE_URL: 'postgres://app:secret@postgres/sessions',
  SESSION_KEYS: `k1:${'a'.repeat(21)}bcdefghijklmnopqrstuv0`
}

t.test('a local run is told where to go, as whom, and where the data are', async (t) => {
  t.equal(banner(loadConfig({ DATA_DIR: '/data' }), 'http://127.0.0.1:3000'), `Session service on http://127.0.0.1:3000
  docs   http://127.0.0.1:3000/docs
  login  alice@example.com / password123
  login  bob@example.com / secret456
  login  admin@example.com / admin789
  data   /data (private Redis and PostgreSQL; npm run clean removes it)
  stop   Ctrl-C
`)
})

t.test('with a Redis and a PostgreSQL of one\'s own there is nothing about accounts and data', async (t) => {
  t.equal(banner(loadConfig(own), 'http://127.0.0.1:3000'), `Session service on http://127.0.0.1:3000
  docs   http://127.0.0.1:3000/docs
  stop   Ctrl-C
`)
})

t.test('only the parts that are private are named', async (t) => {
  t.match(banner(loadConfig({ ...own, REDIS_URL: '', DATA_DIR: '/data' }), ''), '/data (private Redis;')
  t.match(banner(loadConfig({ ...own, DATABASE_URL: '', DATA_DIR: '/data' }), ''), '/data (private PostgreSQL;')
})

t.test('the URL is one that a person can open', async (t) => {
  t.equal(urlOf({ address: '127.0.0.1', family: 'IPv4', port: 80 }), 'http://127.0.0.1:80')
  t.equal(urlOf({ address: '::1', family: 'IPv6', port: 80 }), 'http://[::1]:80')
  t.equal(urlOf({ address: '0.0.0.0', family: 'IPv4', port: 80 }), 'http://localhost:80')
  t.equal(urlOf({ address: '::', family: 'IPv6', port: 80 }), 'http://localhost:80')
  t.throws(() => urlOf(null), /does not listen/)
  t.throws(() => urlOf('/a/socket'), /does not listen/)
})
