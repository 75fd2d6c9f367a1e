import { ConfigSchema, type Config } from './schema.ts'

/** The effective configuration as `NAME=value` lines; secrets keep their shape and lose their secret. */
export function showConfig (config: Config): string {
  return Object.entries(ConfigSchema.properties)
    .map(([name, schema]) => {
      const value = Object.entries(config).find(([key]) => key === name)?.[1]
      if (value === undefined) return `${name}=`
      return `${name}=${'secret' in schema && schema.secret === true ? masked(String(value)) : String(value)}`
    })
    .join('\n')
}

/** The Markdown table of the README. */
export function configTable (): string {
  const rows = Object.entries(ConfigSchema.properties).map(([name, schema]) => {
    const byDefault = schema.default === undefined || schema.default === '' ? '' : `\`${String(schema.default)}\``
    return `| \`${name}\` | ${byDefault} | ${String(schema.description).replaceAll('|', '\\|')} |`
  })
  return ['| variable | default | meaning |', '|---|---|---|', ...rows].join('\n')
}

/** A URL without its userinfo and query, a keyring without its keys. */
function masked (value: string): string {
  if (value.includes('://')) return value.replace(/\/\/[^/]*@/, '//***@').replace(/\?.*$/, '?***')
  return value.split(',').map(entry => `${entry.split(':')[0]}:***`).join(',')
}
