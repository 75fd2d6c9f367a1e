import { ConfigSchema } from "./schema.js";
/** The effective configuration as `NAME=value` lines; secrets keep their shape and lose their secret, and of what is absent it says what holds then. */
export function showConfig(config) {
    return Object.entries(ConfigSchema.properties)
        .map(([name, schema]) => {
        const value = Object.entries(config).find(([key]) => key === name)?.[1];
        if (value === undefined)
            return `${name}=${whenAbsent(String(schema.description))}`;
        return `${name}=${'secret' in schema && schema.secret === true ? masked(String(value)) : String(value)}`;
    })
        .join('\n');
}
function whenAbsent(description) {
    const [, what] = /absent: (.*?)(?:\.(?:\s|$)|$)/i.exec(description) ?? [];
    return what === undefined ? '' : `  # absent: ${what.replaceAll('`', '')}`;
}
/** The Markdown table of the README. */
export function configTable() {
    const rows = Object.entries(ConfigSchema.properties).map(([name, schema]) => {
        const byDefault = schema.default === undefined || schema.default === '' ? '' : `\`${String(schema.default)}\``;
        return `| \`${name}\` | ${byDefault} | ${String(schema.description).replaceAll('|', '\\|')} |`;
    });
    return ['| variable | default | meaning |', '|---|---|---|', ...rows].join('\n');
}
/** A keyring without its keys, a URL without its userinfo and query; of one that cannot be taken apart safely, the scheme alone. */
function masked(value) {
    const [scheme, rest] = value.split(/(?<=^[^:,]+:\/\/)(.*)/s);
    if (rest === undefined)
        return value.split(',').map(entry => `${entry.split(':')[0]}:***`).join(',');
    const [, userinfo, place, query] = /^([^@?#]*@)?([^@?#]*)([?#][^@]*)?$/s.exec(rest) ?? [];
    if (place === undefined)
        return `${scheme}***`;
    return `${scheme}${userinfo === undefined ? '' : '***@'}${place}${query === undefined ? '' : '?***'}`;
}
//# sourceMappingURL=show.js.map