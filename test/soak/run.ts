/**
 * `npm run soak:refresh -- [section …] [--size number …]`: real processes of the built CLI against real authorization
 * servers, with kills, suspensions, full disks and wrong clocks. Exit 1 when something was lost that must not be.
 */
import {parseArgs} from 'node:util'
import {report} from './report.ts'
import type {Section} from './section.ts'
import {sections} from './sections.ts'
import {Tally} from './tally.ts'

const {values, positionals, tokens} = parseArgs({
  strict: false,
  allowPositionals: true,
  tokens: true,
  args: process.argv.slice(2).flatMap((word, index, all) => {
    // Sizes are `--name number`; parseArgs wants `--name=number` for options that it does not know.
    if (word.startsWith('--') && /^\d+$/.test(all[index + 1] ?? '')) return [`${word}=${all[index + 1]}`]
    return /^\d+$/.test(word) && all[index - 1]?.startsWith('--') ? [] : [word]
  }),
})

if (values['help']) {
  console.log(sections.map(({name, summary}) => `${name.padEnd(12)} ${summary}`).join('\n'))
} else {
  process.exitCode = await soak(chosen(positionals))
}

async function soak(wanted: readonly Section[]): Promise<number> {
  const tallies: Tally[] = []
  const used = new Set<string>()
  const sizes = (name: string, otherwise: number) => {
    used.add(name)
    const given = values[name]
    return typeof given === 'string' ? Number(given) : otherwise
  }

  for (const section of wanted) {
    const tally = new Tally(section.name)
    tallies.push(tally)
    const startedAt = performance.now()
    try {
      await section.run(tally, sizes)
    } catch (error) {
      tally.violations.push(
        `the section broke: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      )
    }

    const seconds = Math.round((performance.now() - startedAt) / 1000)
    console.error(`${section.name}: ${tally.skipped ?? `${tally.rounds} rounds in ${seconds} s`}`)
  }

  console.log(report(tallies))
  const unknown = tokens.flatMap((token) => (token.kind === 'option' && !used.has(token.name) ? [token.name] : []))
  if (unknown.length > 0) console.error(`No section that ran takes --${unknown.join(', --')}`)
  return tallies.every(({isSound}) => isSound) && unknown.length === 0 ? 0 : 1
}

function chosen(names: readonly string[]): readonly Section[] {
  const known = new Map(sections.map((section) => [section.name, section]))
  const strange = names.filter((name) => !known.has(name))
  if (strange.length > 0) {
    console.error(`No section ${strange.join(', ')}; there are ${[...known.keys()].join(', ')}`)
    process.exit(2)
  }

  return names.length === 0 ? sections : sections.filter(({name}) => names.includes(name))
}
