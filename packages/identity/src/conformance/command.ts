import {writeFile} from 'node:fs/promises'
import {pathToFileURL} from 'node:url'
import {parseArgs} from 'node:util'
import {loadSubject} from './load-subject.ts'
import {lineOf, summaryOf, toMarkdown} from './report.ts'
import {runConformance, type ConformanceReport} from './run.ts'
import type {Scenario} from './scenario.ts'
import {scenarios} from './scenarios/all.ts'
import type {ConformanceSubject} from './subject.ts'

export interface Streams {
  readonly out: (text: string) => void
  readonly error: (text: string) => void
}

const HELP = `Play the conformance scenarios of superset identity plugins against one provider.

  superset-identity-conformance <module> [--json | --markdown] [--output <file>] [--only <id>]...
  superset-identity-conformance --list

  <module>         file whose default export is the conformance subject
  --json           the report as JSON
  --markdown       the report as Markdown
  --output <file>  the report into a file (Markdown unless --json), progress on the terminal
  --only <id>      this scenario, or this group (for example: refresh); may be repeated
  --list           name the scenarios and play none

Exit: 0 every MUST that could be asked is met, 1 it is not, 2 the command line is wrong.
`

interface Options {
  readonly modules: readonly string[]
  readonly json: boolean
  readonly markdown: boolean
  readonly list: boolean
  readonly output: string | undefined
  readonly only: readonly string[]
}

/** @returns the exit code */
export async function main(argv: readonly string[], streams: Streams): Promise<number> {
  const {out, error} = streams
  try {
    if (argv.includes('--help') || argv.includes('-h')) {
      out(HELP)
      return 0
    }

    return await carryOut(parse(argv), streams)
  } catch (reason) {
    error(`${reason instanceof Error ? reason.message : String(reason)}\n`)
    return 2
  }
}

async function carryOut(options: Options, {out, error}: Streams): Promise<number> {
  const chosen = choose(options.only)
  if (options.list) {
    for (const {clause, id, level, title} of chosen) out(`${id} (${level} ${clause}): ${title}\n`)
    return 0
  }

  const report = await play(await load(options.modules), chosen, (line) => {
    // The report alone is on standard output when another program reads it.
    if (options.json || options.markdown || options.output !== undefined) error(line)
    else out(line)
  })
  const text = options.json ? `${JSON.stringify(report, undefined, 2)}\n` : toMarkdown(report)
  if (options.output !== undefined) await writeFile(options.output, text)
  else if (options.json || options.markdown) out(text)
  return report.conforms ? 0 : 1
}

async function play(
  subject: ConformanceSubject,
  chosen: readonly Scenario[],
  progress: (line: string) => void,
): Promise<ConformanceReport> {
  const report = await runConformance(subject, {
    scenarios: chosen,
    onResult(result) {
      if (result.outcome !== 'not applicable') progress(`${lineOf(result)}\n`)
    },
  })
  progress(`\n${summaryOf(report).join('\n')}\n`)
  return report
}

function parse(argv: readonly string[]): Options {
  const {positionals, values} = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      json: {type: 'boolean', default: false},
      markdown: {type: 'boolean', default: false},
      list: {type: 'boolean', default: false},
      output: {type: 'string'},
      only: {type: 'string', multiple: true, default: []},
    },
  })
  if (values.json && values.markdown) throw new Error('Choose one of --json and --markdown.')
  return {...values, output: values.output, modules: positionals}
}

function choose(only: readonly string[]): readonly Scenario[] {
  const isNamed = ({id}: Scenario, name: string) => id === name || id.startsWith(`${name}/`)
  const unknown = only.find((name) => !scenarios.some((scenario) => isNamed(scenario, name)))
  if (unknown !== undefined) throw new Error(`There is no scenario "${unknown}"; --list names them.`)
  return only.length === 0 ? scenarios : scenarios.filter((scenario) => only.some((name) => isNamed(scenario, name)))
}

async function load(modules: readonly string[]): Promise<ConformanceSubject> {
  const [file] = modules
  if (file === undefined || modules.length > 1)
    throw new Error('Name one module that exports the subject; --help says more.')
  return loadSubject(pathToFileURL(file).href)
}
