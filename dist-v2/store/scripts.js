import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cluster } from 'ioredis';
/** The nodes that hold keys: for maintenance and checks, never for a request. */
export function mastersOf(client) {
    return client instanceof Cluster ? client.nodes('master') : [client];
}
const folder = join(import.meta.dirname, 'lua');
/**
 * Adds the scripts of lua/ as commands. The name and the number of keys (N: told with each call) are in the file name; in its header are flags, includes,
 * and which of the includes make a verb that is seldom called: `Rarely: <verb> of <includes>`.
 */
export function defineScripts(client) {
    for (const script of scripts)
        client.defineCommand(script.name, script);
}
/** Every script, whole. */
export const scripts = readdirSync(folder).filter(file => file.endsWith('.lua')).map(file => {
    const [name = '', numberOfKeys] = file.replace('.lua', '').split('-');
    const source = readFileSync(join(folder, file), 'utf8');
    // The shebang makes Redis judge the flags before the script starts: at maxmemory, on a replica, without enough replicas.
    const shebang = `#!lua flags=${headerList(source, 'Flags').join(',')}`;
    const names = new Set();
    return { name, ...(numberOfKeys !== 'N' && { numberOfKeys: Number(numberOfKeys) }), lua: [shebang, ...included(headerList(source, 'Includes'), names), ...seldom(source, names), source].join('\n') };
});
/** Each once, behind what it includes itself. */
function included(names, known) {
    return names.filter(name => !known.has(name)).flatMap(name => {
        known.add(name);
        const source = readFileSync(join(folder, 'includes', `${name}.lua`), 'utf8');
        return [...included(headerList(source, 'Includes'), known), source];
    });
}
/** A script makes its functions anew with each call. Those that only one verb needs are made when that is called: a seventh of what a validation costs alone. */
function seldom(source, known) {
    const [verb, list] = headerList(source, 'Rarely').join().split(' of ');
    return list === undefined ? [] : [`local function ${verb}(...)`, ...included(list.split(','), known), `return ${verb}(...)`, 'end'];
}
function headerList(source, name) {
    const [, list] = new RegExp(`^-- +${name}: (.+)$`, 'm').exec(source) ?? [];
    return list?.split(',').map(entry => entry.trim()) ?? [];
}
//# sourceMappingURL=scripts.js.map