import { existsSync, readdirSync, readFileSync } from 'node:fs'
import t from 'tap'

const root = new URL('../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const document = read('docs/security.md')

interface Row { item: string, about: string, state: string, proof: string }

const rows = document.split('\n').flatMap((line): Row[] => {
  const [, item = '', about = '', state = '', proof = ''] = /^\| (\d+\.\d+\.\d+) \|(.*)\|(.*)\|(.*)\|$/.exec(line) ?? []
  return item === '' ? [] : [{ item, about: about.trim(), state: state.trim(), proof: proof.trim() }]
})

/** OWASP ASVS 5.0.0: the items of Level 1 and 2 in V3.3 to V3.5, V4, V6 to V8 and V11 to V16, by section. */
const inScope = `
  3.3: 1 2 3 4; 3.4: 1 2 3 4 5 6; 3.5: 1 2 3 4 5;
  4.1: 1 2 3; 4.2: 1; 4.3: 1 2; 4.4: 1 2 3 4;
  6.1: 1 2 3; 6.2: 1 2 3 4 5 6 7 8 9 10 11 12; 6.3: 1 2 3 4; 6.4: 1 2 3 4; 6.5: 1 2 3 4 5; 6.6: 1 2 3; 6.8: 1 2 3 4;
  7.1: 1 2 3; 7.2: 1 2 3 4; 7.3: 1 2; 7.4: 1 2 3 4 5; 7.5: 1 2; 7.6: 1 2;
  8.1: 1 2; 8.2: 1 2 3; 8.3: 1; 8.4: 1;
  11.1: 1 2; 11.2: 1 2 3; 11.3: 1 2 3; 11.4: 1 2 3 4; 11.5: 1; 11.6: 1;
  12.1: 1 2 3; 12.2: 1 2; 12.3: 1 2 3 4;
  13.1: 1; 13.2: 1 2 3 4 5; 13.3: 1 2; 13.4: 1 2 3 4 5;
  14.1: 1 2; 14.2: 1 2 3 4; 14.3: 1 2 3;
  15.1: 1 2 3; 15.2: 1 2 3; 15.3: 1 2 3 4 5 6 7;
  16.1: 1; 16.2: 1 2 3 4 5; 16.3: 1 2 3 4; 16.4: 1 2 3; 16.5: 1 2 3`
  .split(';').flatMap(section => {
    const [name = '', numbers = ''] = section.trim().split(': ')
    return numbers.split(' ').map(number => `${name}.${number}`)
  })

const testsIn = (proof: string) => [...proof.matchAll(/`(test\/[^`]+)` “([^”]+)”/g)].map(([, file = '', title = '']) => ({ file, title }))
const linksIn = (text: string) => [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target).filter(target => !target.startsWith('https:'))

t.test('each item in scope has one row, in the order of the standard', t => {
  t.equal(inScope.length, 159)
  t.strictSame(rows.map(({ item }) => item), inScope)
  t.end()
})

t.test('every test that the table names exists, in that file, under that title', t => {
  const named = rows.flatMap(({ proof }) => testsIn(proof))
  for (const { file, title } of named) {
    const source = existsSync(new URL(file, root)) ? read(file) : ''
    // Races are named, not called.
    if (![`t.test('${title}'`, `  name: '${title}'`].some(text => source.includes(text))) t.fail(`${file} has no test “${title}”`)
  }
  t.ok(named.length > 150, `${named.length} are named`)
  const mentioned = rows.flatMap(({ proof }) => proof.match(/test\/[\w./-]+\.ts/g) ?? [])
  t.equal(mentioned.length, named.length, 'none is mentioned without its title')
  t.end()
})

t.test('no row is empty: a state of the four, and what belongs to it', t => {
  for (const { item, about, state, proof } of rows) {
    t.ok(about.length > 3 && proof.length > 15, `${item} says what and why`)
    if (state === 'tested') t.ok(testsIn(proof).length > 0, `${item} names a test`)
    else if (state === 'written') t.ok(linksIn(proof).length > 0, `${item} says where`)
    else t.ok(['n/a', 'not met'].includes(state) && /^[A-Z].*[.”]$/.test(proof), `${item} says why`)
  }
  t.end()
})

t.test('the sentence above the table counts right', t => {
  const count = (state: string) => rows.filter(row => row.state === state).length
  t.match(document, `Of ${rows.length} items in scope, ${count('tested')} are tested, ${count('written')} written, ${count('n/a')} not applicable and ${count('not met')} not met.`)
  t.end()
})

t.test('every link of the page leads somewhere', t => {
  const links = linksIn(document)
  t.ok(links.length > 20)
  for (const link of links) {
    const [path = '', anchor] = link.split('#')
    const target = path === '' ? 'docs/security.md' : new URL(path, 'file:///docs/').pathname.slice(1)
    if (!existsSync(new URL(target, root))) t.fail(`${link}: no such file`)
    else if (anchor !== undefined) t.ok(headingsOf(read(target)).includes(anchor), `${link}: no such heading`)
  }
  t.end()
})

/** The anchors of a page, as GitHub makes them. */
function headingsOf (markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading.toLowerCase().replace(/[^\p{L}\p{N} -]/gu, '').replaceAll(' ', '-'))
}

t.test('hashes and random numbers are those that the page lists, and nothing that is secret comes from elsewhere', t => {
  const sources = readdirSync(new URL('src/', root), { recursive: true, encoding: 'utf8' }).filter(file => /\.(ts|lua)$/.test(file)).map(file => ({ file, text: read(`src/${file}`) }))
  const algorithms = new Set(sources.flatMap(({ text }) => [...text.matchAll(/\b(?:createHash|createHmac|hkdfSync|hash)\('([^']+)'/g)].map(([, name]) => name)))
  t.strictSame([...algorithms].sort(), ['sha256', 'sha384'])
  const usersOf = (pattern: RegExp) => sources.filter(({ text }) => pattern.test(text)).map(({ file }) => file)
  t.strictSame(usersOf(/\b(md5|sha-?1|sha1hex|pbkdf2)\b/i), [])
  t.strictSame(usersOf(/\bcreate(?:C|Dec)ipher/), ['idempotency/seal.ts'])
  t.strictSame(sources.flatMap(({ text }) => text.match(/\b(?:aes|chacha20)-[\w-]+/gi) ?? []), ['AES-256-GCM', 'aes-256-gcm'])
  t.strictSame(usersOf(/math\.random/i).sort(), ['events/restart.ts', 'sessions/opening.ts', 'store/connect.ts', 'store/subscriber.ts'], 'when to try again, and where, is no secret')
  t.strictSame(usersOf(/\brandomBytes\(/).sort(), ['callers/service-key.ts', 'config/load.ts', 'embedded/local-keyring.ts', 'embedded/redis/install.ts', 'events/tickets.ts', 'guessing/device-token.ts', 'idempotency/seal.ts', 'plugins/http/request-ids.ts', 'sessions/anonymous.ts', 'sessions/credential.ts'], 'one of them for request ids, one for ids of who has not logged in, two in advice how to make a key')
  t.strictSame(usersOf(/from 'uuid'/), ['sessions/credential.ts'], 'for public ids only')
  t.end()
})
