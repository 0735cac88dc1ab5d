import {Refusal} from './refusal.ts'

/** Licences that let people use and pass on what we ship, without more than naming its authors. */
const FREE = /^(MIT|MIT-0|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|BlueOak-1\.0\.0|CC0-1\.0|Python-2\.0|Unlicense)$/

/** Packages with another licence, each looked at: name and what its package.json says. */
const KNOWN: ReadonlyMap<string, string> = new Map([
  ['npm Artistic-2.0', 'installs plugins, whole and unchanged'],
  ['spdx-exceptions CC-BY-3.0', 'a list of words, as data'],
  ['qrcode-terminal Apache 2.0', 'not written as SPDX wants it; its LICENSE is Apache-2.0'],
])

export interface LicensedPackage {
  readonly name: string
  readonly version: string
  /** The SPDX expression, or '' where package.json has none. */
  readonly licence: string
  /** Licence and notice files: names and text. */
  readonly texts: ReadonlyArray<{readonly file: string; readonly text: string}>
}

/** @param expression an SPDX expression; of a choice, one free licence suffices, of a sum every part must be free */
export function isFree(name: string, expression: string): boolean {
  if (KNOWN.has(`${name} ${expression}`)) return true
  const choices = expression.replaceAll(/[()]/g, '').split(' OR ')
  return choices.some((choice) => choice.split(' AND ').every((part) => FREE.test(part)))
}

/** package.json names its licence as a word, or in two old forms. */
export function licenceOf(manifest: Readonly<Record<string, unknown>>): string {
  const {license, licenses} = manifest
  if (typeof license === 'string') return license
  const all: unknown[] = Array.isArray(licenses) ? licenses : [license]
  return all.flatMap((one) => (isTyped(one) ? [one.type] : [])).join(' OR ')
}

/**
 * The page that goes into an archive: every package once, under the text of its licence; packages with the same text share it.
 * @throws Refusal naming each package whose licence is not known to be free
 */
export function thirdPartyPage(packages: readonly LicensedPackage[]): string {
  const strange = packages.filter(({name, licence}) => !isFree(name, licence))
  if (strange.length > 0) {
    const list = strange.map(({name, version, licence}) => `${name}@${version} (${licence || 'none'})`).join(', ')
    throw new Refusal(
      `No known free licence: ${list}. Look at each, then leave it out or enter it in release/plan/licences.ts.`,
    )
  }

  const sections = new Map<string, string[]>()
  for (const {name, version, licence, texts} of packages) {
    const text = texts.map((one) => one.text.replaceAll('\r\n', '\n').trim()).join('\n\n')
    const body = text || `The package holds no text of its licence, which is ${licence}.`
    const title = `${name} ${version} (${licence || 'see below'})`
    const titles = sections.get(body) ?? []
    if (!titles.includes(title)) sections.set(body, [...titles, title])
  }

  const line = '-'.repeat(80)
  const parts = [...sections].map(([body, titles]) => `${titles.toSorted().join('\n')}\n\n${body}\n`)
  return `superset comes with the software of others, listed here with their licences.\n\n${parts
    .toSorted()
    .map((part) => `${line}\n${part}`)
    .join('\n')}`
}

function isTyped(value: unknown): value is {type: string} {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}
