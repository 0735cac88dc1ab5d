import process from 'node:process'
import {parseArgs} from 'node:util'
import {Narrator} from './narrator.ts'
import {killInTheMiddle, letItExpire, runManyAtOnce} from './perils.ts'
import {showStatus, signInByHand, signInByScript, signOut} from './signing.ts'
import {Stage} from './stage.ts'
import {Story} from './story.ts'
import {createTask, listTasks} from './tasks.ts'

const USAGE = `usage: npm run demo -- [--browser]

  --browser  sign in with your own browser, not with the scripted one
`
const SIGNALS = {SIGHUP: 129, SIGINT: 130, SIGTERM: 143} as const
/** What a shell reports of a program that SIGPIPE ended. */
const READER_LEFT = 141

type Step = readonly [title: string, tell: (story: Story) => Promise<void>]

/** Tells the story from beginning to end. @returns the exit code: 0 when every step showed what it promises */
export async function main(argv: readonly string[]): Promise<number> {
  const options = parse(argv)
  if (!options) {
    process.stderr.write(USAGE)
    return 2
  }

  const started = Date.now()
  const narrator = new Narrator()
  narrator.heading('Start the service: its real authorization server and its API, on this machine')
  const stage = await Stage.build()
  stopOnSignals(stage, narrator)
  narrator.remark(`It serves at ${stage.sandbox.url}; nothing leaves this machine, and your own home is not touched.`)
  const story = new Story(stage, narrator)
  try {
    if (!(await tell(story, stepsOf(options)))) return 1
    summarize(story, started)
    return 0
  } finally {
    await stage.clear()
  }
}

function stepsOf({browser}: {readonly browser: boolean}): readonly Step[] {
  return [
    ['Sign in', browser ? signInByHand : signInByScript],
    ['Who am I, with what, and until when?', showStatus],
    ['List tasks', listTasks],
    ['Create a task', createTask],
    ['Let the access token expire', letItExpire],
    ['Run 20 commands at once', runManyAtOnce],
    ['Kill a command in the middle of a refresh', killInTheMiddle],
    ['Sign out', signOut],
  ]
}

async function tell(story: Story, steps: readonly Step[]): Promise<boolean> {
  for (const [title, step] of steps) {
    story.narrator.heading(title)
    try {
      await step(story)
    } catch (error) {
      if (stopping) return new Promise<never>(() => {}) // the signal's handler has the last word
      story.narrator.failure(`Step "${title}" failed: ${error instanceof Error ? error.message : String(error)}`)
      return false
    }
  }

  return true
}

function summarize({narrator, refreshes, stage}: Story, started: number): void {
  const {token} = stage.sandbox.counters
  narrator.ending('That was it.', [
    ['commands run', String(stage.commands)],
    ['token requests', `${refreshes + (token['authorization_code'] ?? 0)} (1 sign-in, ${refreshes} refreshes)`],
    // Had one been lost, the next command would have been refused and the story would have ended there.
    ['sessions lost', '0'],
    ['seconds', ((Date.now() - started) / 1000).toFixed(1)],
  ])
}

let stopping = false

/** Ctrl-C stops everything, a second one at once; so does a reader who leaves (`npm run demo | head`). */
function stopOnSignals(stage: Stage, narrator: Narrator): void {
  const stop = (exitCode: number) => {
    if (stopping) process.exit(exitCode)
    stopping = true
    narrator.silence()
    void stage.clear().finally(() => process.exit(exitCode))
  }

  for (const [signal, exitCode] of Object.entries(SIGNALS)) process.on(signal, () => stop(exitCode))
  process.stdout.on('error', () => {
    if (!stopping) stop(READER_LEFT)
  })
}

function parse(argv: readonly string[]): {readonly browser: boolean} | undefined {
  try {
    return parseArgs({args: [...argv], options: {browser: {type: 'boolean', default: false}}}).values
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}
