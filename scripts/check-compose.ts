/**
 * What docker-compose.yml promises beyond being well-formed (dclint sees to that): nothing but the service is published, no secret
 * has a default, Redis keeps and never evicts. Where Compose is installed, its own reading of the file is asked for too.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { env } from 'node:process'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { ConfigSchema } from '../src/config/schema.ts'

interface Service {
  command?: string[]
  depends_on?: Record<string, { condition: string }>
  environment?: Record<string, string>
  healthcheck?: { test: string[] }
  networks?: string[]
  ports?: string[]
  stop_grace_period?: string
}

interface Compose {
  services: Record<'service' | 'redis' | 'postgres', Service>
  networks: Record<string, { internal?: boolean }>
}

const file = fileURLToPath(new URL('../docker-compose.yml', import.meta.url))
const text = readFileSync(file, 'utf8')
const { services: { service, redis, postgres }, networks }: Compose = parse(text)
const secrets = { REDIS_PASSWORD: 'a', POSTGRES_PASSWORD: 'b', SESSION_KEYS: 'k1:c' }

const optionOf = (name: string): string | undefined => redis.command?.[redis.command.indexOf(name) + 1]

/** Exit code of Compose's own `config`, null if it was killed. */
function readByCompose (values: Record<string, string>): number | null | 'not installed' {
  const programs = [['docker', 'compose'], ['docker-compose']]
  const found = programs.find(([program = '', ...words]) => spawnSync(program, [...words, 'version']).status === 0)
  if (found === undefined) return 'not installed'
  const [program = '', ...words] = found
  return spawnSync(program, [...words, '-f', file, 'config'], { env: { PATH: env.PATH, ...values } }).status
}

const rules: Array<[sentence: string, holds: boolean]> = [
  ['Redis and PostgreSQL are not published', redis.ports === undefined && postgres.ports === undefined],
  ['they are on a network without a way out', [redis, postgres].every(({ networks: on }) => on?.join() === 'backend') && networks.backend?.internal === true],
  ['the service is published to this machine alone', service.ports?.every((port) => port.startsWith('127.0.0.1:')) === true],
  ['its figures are not published', service.ports?.every((port) => port.endsWith(':3000')) === true],
  ['every secret comes from outside and has no default', [...text.matchAll(/\$\{(\w*(?:PASSWORD|KEYS|SECRET)\w*)(.*?)\}/g)].every(([, , rest]) => rest?.startsWith(':?'))],
  ['each of them is used', Object.keys(secrets).every((name) => text.includes(`\${${name}:?`))],
  ['Redis asks for a password', optionOf('--requirepass')?.startsWith('${REDIS_PASSWORD:?') === true],
  ['Redis keeps every write', optionOf('--appendonly') === 'yes'],
  ['Redis never evicts', optionOf('--maxmemory-policy') === 'noeviction'],
  ['Redis packs records and indexes', ['hash', 'zset'].every((kind) => Number(optionOf(`--${kind}-max-listpack-entries`)) >= 128 && Number(optionOf(`--${kind}-max-listpack-value`)) >= 64)],
  ['Redis and PostgreSQL have health checks', [redis, postgres].every(({ healthcheck }) => healthcheck !== undefined)],
  ['the service waits for both to be healthy', ['redis', 'postgres'].every((name) => service.depends_on?.[name]?.condition === 'service_healthy')],
  ['the service knows every variable that it is given', Object.keys(service.environment ?? {}).every((name) => name in ConfigSchema.properties)],
  ['running requests get the time to finish', Number.parseInt(service.stop_grace_period ?? '0', 10) > ConfigSchema.properties.SHUTDOWN_SECONDS.default],
  ['Compose reads it', ['not installed', 0].includes(readByCompose(secrets) ?? 'killed')],
  ['Compose refuses it without secrets', readByCompose({}) !== 0]
]

const broken = rules.filter(([, holds]) => !holds)
for (const [sentence] of broken) console.error(`docker-compose.yml: it does not hold that ${sentence}`)
if (readByCompose(secrets) === 'not installed') console.log('Compose is not installed here: its own reading of docker-compose.yml was not asked for')
console.log(`${rules.length - broken.length} passed, ${broken.length} failed`)
process.exitCode = broken.length === 0 ? 0 : 1
