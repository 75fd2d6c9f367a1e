import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createSocketServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { until } from '../server-process.ts'
import { requireNginx } from './require-nginx.ts'

const example = readFileSync(new URL('../../examples/gateways/nginx.conf', import.meta.url), 'utf8')

/** A port that was free a moment ago. */
async function freePort (): Promise<number> {
  const server = createSocketServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** An application that knows nothing of sessions: it tells what it was told, and fails on /broken. */
export async function startApplication (t: Test): Promise<number> {
  const server = createServer(({ url = '', headers }, response) => {
    response.writeHead(url === '/broken' ? 500 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(headers))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return (server.address() as AddressInfo).port
}

/** nginx with the example, in front of an application and one that acts for the user; resolves to its URL. */
export async function startNginx (t: Test, servicePort: number, applicationPort: number, actingPort = applicationPort): Promise<string> {
  const nginx = requireNginx()
  const folder = mkdtempSync(join(tmpdir(), 'sessions-nginx-'))
  const port = await freePort()
  const places = [['127.0.0.1:3000', `127.0.0.1:${servicePort}`], ['127.0.0.1:8081', `127.0.0.1:${applicationPort}`], ['127.0.0.1:8082', `127.0.0.1:${actingPort}`], ['listen 8080', `listen 127.0.0.1:${port}`]] as const
  const server = places.reduce((text, [from, to]) => {
    t.ok(text.includes(from), `the example has ${from}`)
    return text.replace(from, to)
  }, example)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(name => `${name}_temp_path ${folder}/${name};`).join(' ')
  const whole = `daemon off; pid ${folder}/pid; worker_processes 1; error_log ${folder}/error.log; events {} http { access_log off; ${temporary}\n${server}}\n`
  writeFileSync(join(folder, 'nginx.conf'), process.getuid?.() === 0 ? `user root; ${whole}` : whole)
  const child = spawn(nginx, ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: ['ignore', 'ignore', 'inherit'], env: { PATH: `${process.env.PATH}:/usr/sbin` } })
  t.teardown(async () => {
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'exit')
    rmSync(folder, { recursive: true, force: true })
  })
  const url = `http://127.0.0.1:${port}`
  await until(() => fetch(url).then(() => true, () => false))
  return url
}
