import { readdirSync } from 'node:fs'

const sourcesIn = folder => readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => /\.(ts|mjs)$/.test(file)).map(file => `${folder}/${file}`)
const covered = ['src', 'scripts'].flatMap(sourcesIn)

/** What every test file may cover: the service and its scripts. Tests use parts of bench/ too, but how the rest of it measures shows when it measures. */
export default () => covered
