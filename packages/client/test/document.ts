import { readFileSync } from 'node:fs'

/** What stands between two fences of a document: under which heading, in which line and in which language; without one it is for a shell. */
export interface Block { heading: string, line: number, language: string, text: string }

export const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')

export function blocksOf (document: string): Block[] {
  return [...document.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(({ 1: language, 2: text = '', index }) => {
    const before = document.slice(0, index)
    return { heading: headingsOf(before).at(-1) ?? '', line: before.split('\n').length, language: language || 'shell', text }
  })
}

export function headingsOf (document: string): string[] {
  return [...document.matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => text)
}
