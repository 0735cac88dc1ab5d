import {run, settings} from '@oclif/core'
import {EXIT, isLeftBehind, nameProgram, networkEnvironment, printableLines, type Problem} from '@superset/identity'
import {agentMode, debugging, dropRelativeFolders, heldSecrets, isTracing, takeSecrets} from './env.ts'
import {withAlias} from './cli/alias.ts'
import {exitCodeOf, toProblem, wholeProblem} from './cli/errors.ts'
import {type CommandLine, parseCommandLine, withProfile} from './cli/command-line.ts'
import {currentRun} from './cli/current-run.ts'
import {usableProfile} from './identity/request.ts'
import {problemJson, problemText} from './output/problem.ts'
import {programUnderPolicy} from './plugin-host/enforce-policy.ts'
import {loadPolicy} from './policy/current.ts'
import {selectPlugins, type Program} from './plugin-host/arrange-program.ts'
import {startAutoUpdate, tellOfUpdate} from './update/auto-update.ts'
import {showRequests} from './cli/request-traces.ts'
import {withoutSecrets} from './cli/secrecy.ts'
import {secretArguments, shieldTraces} from './cli/traces.ts'

/** What bin/run.js and bin/dev.js start. */
type StartedProgram = Program & {
  /** For bin/dev.js: a policy to develop with, in the place of this machine's. A release has no way to give one. */
  readonly policyFile?: string | undefined
}

/** One run of the program, from the command line to the exit code. The only place that shows an error. */
export async function main(argv: readonly string[], {policyFile, ...program}: StartedProgram): Promise<void> {
  takeSecrets()
  const given = secretArguments(argv)
  const clean = (text: string): string => withoutSecrets(text, {...heldSecrets(), ...given, ...currentRun.secrets})
  if (isTracing()) shieldTraces(process.stderr, clean)
  currentRun.showRequests = () => showRequests(clean)
  const wrongFolder = dropRelativeFolders()
  const line = parseCommandLine(argv, agentMode())
  currentRun.line = line
  if (line.verbose || debugging()) currentRun.showRequests()
  const running = () => ({line: currentRun.line, app: program.root, version: program.pjson?.version ?? ''})
  try {
    if (wrongFolder && !line.help) throw wrongFolder
    if (line.profile !== undefined) currentRun.profile = usableProfile(line.profile)
    nameProgram(`superset/${program.pjson?.version}`)
    await prepareNetwork(line)
    settings.enableAutoTranspile = false
    await loadPolicy(policyFile)
    await tellOfUpdate(running())
    const loaded = await programUnderPolicy((plugins) => expanded(line, plugins), program)
    await run([...currentRun.line.words], await selectPlugins(currentRun.line, loaded))
    await startAutoUpdate(running())
    // What a hook or an identity provider still has open, and nothing can stop, must not keep a command alive that is done.
    if (isLeftBehind()) {
      await Promise.all([write(process.stdout, ''), write(process.stderr, '')])
      process.exit()
    }
  } catch (error) {
    const exit = exitCodeOf(error)
    if (exit === undefined)
      await report(withProfile(await explained(error), currentRun.profile), currentRun.line, clean)
    await startAutoUpdate(running())
    // Not left to the end of all work: whatever a plugin still has open must not keep a failed command alive.
    process.exit(exit ?? process.exitCode)
  }
}

/** What the line stands for where it begins with an alias; from then on, that is the line of this run. */
function expanded(line: CommandLine, plugins: NonNullable<Program['plugins']>): CommandLine {
  currentRun.line = withAlias(line, plugins, agentMode())
  return currentRun.line
}

/** Only where the environment has something to say of it; else Node is right as it is. */
async function prepareNetwork({help, words}: CommandLine): Promise<void> {
  const network = networkEnvironment()
  if (help || !(network.caFile ?? network.http ?? network.https)) return
  const {steerProcess} = await import('@superset/identity/network')
  try {
    steerProcess(network)
  } catch (error) {
    // The examination says what is wrong, and examines the rest.
    if (words[0] !== 'doctor') throw error
  }
}

/** What every plugin's command throws becomes what a person can use; how a line is mistyped is told in one form. */
async function explained(error: unknown): Promise<Problem> {
  const problem = wholeProblem(toProblem(error))
  if (problem.exit !== EXIT.usage) return problem
  const {explainUsage} = await import('./cli/explain-usage.ts')
  return explainUsage(problem, currentRun.command, 'superset')
}

async function report(problem: Problem, {mode}: CommandLine, clean: (text: string) => string): Promise<void> {
  process.exitCode = problem.exit
  if (debugging()) await write(process.stderr, clean(`${printableLines(traces(problem))}\n`))
  if (mode === 'json') await write(process.stdout, clean(problemJson(problem)))
  else await write(process.stderr, clean(problemText(problem, process.stderr)))
}

function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.write(text, () => resolve())
  })
}

function traces(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const cause = traces(error.cause)
  return `${error.stack ?? error.message}${cause && `\ncaused by ${cause}`}`
}
