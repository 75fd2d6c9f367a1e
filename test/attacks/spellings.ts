import { partsOf } from './attempt.ts'

/** Text as it arrives in a header: Node reads one character a byte. */
const asSent = (text: string) => Buffer.from(text).toString('latin1')

/** Every other way to write a credential that somebody lenient would take for the same, and every tampering with its parts. */
export function otherSpellings (credential: string): Record<string, string> {
  const { id, proof } = partsOf(credential)
  const bytes = Buffer.from(proof, 'base64url')
  const flipped = (bit: number) => {
    const changed = Buffer.from(bytes)
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    return changed.toString('base64url')
  }
  const generations = ['', '0', '00', '01', '001', '+1', '-1', '-0', '1.0', '1.', '.1', '1e0', '1E0', '0x1', '0b1', '1_0', '1n', ' 1', '1 ', '\t1', 'NaN', 'Infinity', 'null', '2147483648', '9007199254740993', '1' + '0'.repeat(300), asSent('１'), asSent('१'), asSent('①'), asSent('²')]
  const ids: Record<string, string> = {
    'upper case': id.toUpperCase(), 'mixed case': id.replace(/[a-f]/, digit => digit.toUpperCase()), 'without dashes': id.replaceAll('-', ''), braces: `{${id}}`, urn: `urn:uuid:${id}`, 'full-width digit': id.replace(/\d/, digit => asSent(String.fromCharCode(0xff10 + Number(digit)))), 'other dashes': id.replaceAll('-', asSent('‐')), 'another version': id.replace(/^(.{14})4/, '$11'), 'a redis key': `session:{${id.slice(0, 4)}}${id.replaceAll('-', '').slice(4)}`, 'another tag': `${id.startsWith('0') ? '1' : '0'}${id.slice(1)}`, nil: '00000000-0000-4000-8000-000000000000'
  }
  const proofs: Record<string, string> = {
    'upper case': proof.toUpperCase(), 'lower case': proof.toLowerCase(), padded: `${proof}=`, 'padded twice': `${proof}==`, hex: bytes.toString('hex'), base64: `${bytes.toString('base64').slice(0, 62)}+/`, 'standard alphabet': proof.replaceAll('-', '+').replaceAll('_', '/') + (/[-_]/.test(proof) ? '' : '+'), 'percent-encoded': `%${proof.charCodeAt(0).toString(16)}${proof.slice(1)}`, 'line break within': `${proof.slice(0, 32)}%0a${proof.slice(32)}`, 'one short': proof.slice(0, -1), 'half of it': proof.slice(0, 32), 'the secret alone': proof.slice(0, 22), 'one long': `${proof}A`, doubled: proof + proof, none: '', dots: '.'.repeat(64), zeros: 'A'.repeat(64)
  }
  return {
    ...Object.fromEntries(generations.map(generation => [`generation ${JSON.stringify(generation.slice(0, 20))}`, `${id}.${generation}.${proof}`])),
    ...Object.fromEntries(Object.entries(ids).map(([name, text]) => [`id: ${name}`, `${text}.1.${proof}`])),
    ...Object.fromEntries(Object.entries(proofs).map(([name, text]) => [`proof: ${name}`, `${id}.1.${text}`])),
    ...Object.fromEntries([0, 7, 64, 127, 128, 129, 255, 256, 300, 383].map(bit => [`bit ${bit} of the proof`, `${id}.1.${flipped(bit)}`])),
    'other separators': credential.replaceAll('.', ':'),
    'full-width dots': credential.replaceAll('.', asSent('．')),
    'encoded dots': credential.replaceAll('.', '%2E'),
    'dots doubled': credential.replaceAll('.', '..'),
    'parts turned around': credential.split('.').reverse().join('.'),
    'a part more': `${credential}.x`,
    'a dot more': `${credential}.`,
    'a dot before': `.${credential}`,
    doubled: credential + credential,
    'doubled with a dot': `${credential}.${credential}`,
    quoted: `"${credential}"`,
    'single-quoted': `'${credential}'`,
    'in an array': `["${credential}"]`,
    'as JSON': `{"sessionId":"${credential}"}`,
    'a pair': `sessionId=${credential}`,
    'space within': credential.replace('.', ' .'),
    'no-break space': asSent(`\u00a0${credential}`),
    'zero-width space': asSent(`\u200b${credential}`),
    'byte-order mark': asSent(`\ufeff${credential}`),
    'NUL after it': `${credential}\u0000`,
    'DEL after it': `${credential}\u007f`,
    'plus for a space': `+${credential}`,
    reversed: [...credential].reverse().join(''),
    base64: Buffer.from(credential).toString('base64'),
    hex: Buffer.from(credential).toString('hex'),
    star: '*',
    'prefix and star': `${credential.slice(0, 40)}*`,
    'a word': 'undefined',
    null: 'null',
    true: 'true',
    array: '[]',
    object: '[object Object]',
    proto: '__proto__'
  }
}
