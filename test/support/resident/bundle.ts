/** What `bin/bundle.js` writes, in two: code, which is compiled once, and its modules, which are made for each run. */
import {readFileSync} from 'node:fs'

const IMPORT = /^import (.*) from "(.*)";$/gm
const EXPORT = /^export \{\n {2}entries\n\};$/m
const RUN = /\/dist\/fast\/all\.js\?run=\d+$/
const CODE = /\/dist\/fast\/all\.js\?code$/

/** @returns the source of such a module; nothing for any other */
export function bundleSource(url: string): string | undefined {
  if (RUN.test(url)) return modulesOf(url.replace(/\?.*/, ''))
  return CODE.test(url) ? codeOf(url) : undefined
}

function codeOf(url: string): string {
  const text = read(url)
  const names = [...text.matchAll(IMPORT)].map(([, names = ''], index) => {
    const taken = names.startsWith('{') ? names.replaceAll(' as ', ': ') : `{default: ${names}}`
    return `const ${taken} = __imported[${index}]`
  })
  // On the first line all together: what stands in a trace is found in the bundle.
  const start = `export default function (__imported) { ${names.join('; ')};`
  return `${start}${text.replaceAll(IMPORT, '').replace(EXPORT, 'return {entries}')}}`
}

function modulesOf(url: string): string {
  const imported = [...read(url).matchAll(IMPORT)].map(([, , from = '']) => from)
  const lines = imported.map((from, index) => `import * as m${index} from '${from}'`)
  const all = imported.map((_, index) => `m${index}`).join(', ')
  return `import make from '${url}?code'\n${lines.join('\n')}\nexport const {entries} = make([${all}])\n`
}

const texts = new Map<string, string>()

function read(url: string): string {
  const file = new URL(url)
  const text = texts.get(file.pathname) ?? readFileSync(file, 'utf8')
  texts.set(file.pathname, text)
  return text
}
