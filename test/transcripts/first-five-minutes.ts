import {existsSync} from 'node:fs'
import {cp, mkdtemp, rm} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import {stripVTControlCharacters} from 'node:util'
import {Shell} from './shell.ts'
import {steady} from './steady.ts'

const root = path.resolve(import.meta.dirname, '../..')
const COLUMNS = 100

/** docs/first-five-minutes.md: from a clone to a list of tasks, typed into two shells. */
export async function firstFiveMinutes(): Promise<string> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'first-five-minutes-'))
  const [cwd, env] = [path.join(home, 'superset'), environment(home)]
  try {
    await using first = await Shell.open({columns: COLUMNS, cwd: home, env})
    await first.run(`git clone -q '${root}' superset`)
    await first.run('cd superset')
    await takeDependencies(cwd)
    const started = await first.start('npm run sandbox', 'Press Ctrl-C to stop.')
    const [address = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(started) ?? []
    const said = (text: string): string =>
      steady(stripVTControlCharacters(text), {address, columns: COLUMNS, home}).trimEnd()
    await using second = await Shell.open({columns: COLUMNS, cwd, env})
    const typed = async (line: string): Promise<string> => {
      const shown = await second.run(line.replaceAll('http://127.0.0.1:43117', address))
      return `$ ${line}\n${said(shown)}`.trimEnd()
    }
    return page({
      started: [`$ git clone <address> superset && cd superset`, '$ npm run sandbox', withoutNpm(said(started))],
      signedIn: [
        await typed('export SUPERSET_API_URL=http://127.0.0.1:43117'),
        await typed('alias superset="node $PWD/bin/run.js"'),
        await typed('export SUPERSET_STORAGE_KEY=$(openssl rand -hex 32)  # this machine has no keychain'),
        await typed('superset auth login'),
      ],
      listed: [
        await typed('superset tasks list'),
        await typed('superset tasks create --title "Write a page" --priority high'),
        await typed('superset tasks list --priority high'),
        await typed('superset tasks list --json | grep slug'),
      ],
      known: [await typed('superset auth status'), await typed('superset doctor')],
      signedOut: [await typed('superset auth logout')],
    })
  } finally {
    await rm(home, {recursive: true, force: true, maxRetries: 5})
  }
}

/** What `npm ci` would bring from the registry, as this checkout has it. */
async function takeDependencies(cwd: string): Promise<void> {
  for (const folder of ['node_modules', 'tools/node24/node_modules']) {
    const [from, to] = [path.join(root, folder), path.join(cwd, folder)]
    if (existsSync(from)) await cp(from, to, {recursive: true, verbatimSymlinks: true})
  }

  await rm(path.join(cwd, 'node_modules/.superset-built'), {force: true})
}

/** Of nobody: this Node, and nothing of superset's. */
function environment(home: string): NodeJS.ProcessEnv {
  return {
    PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH'] ?? ''}`,
    HOME: home,
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    NO_COLOR: '1',
    BROWSER: path.join(root, 'packages/sandbox/bin/approve.js'),
    npm_config_update_notifier: 'false',
  }
}

/** npm repeats the scripts that it runs, and turns a wheel. Where set-up had to bring a Node, that one is named. */
function withoutNpm(text: string): string {
  const own = text.split('\n').filter((line) => !/^(?:> |[\u2800-\u28FF]$)/.test(line))
  return own
    .join('\n')
    .replaceAll(/\n{2,}/g, '\n\n')
    .replaceAll('$PWD/node_modules/.bin/node', 'node')
    .trim()
}

type Parts = Readonly<Record<'known' | 'listed' | 'signedIn' | 'signedOut' | 'started', readonly string[]>>

function page({known, listed, signedIn, signedOut, started}: Parts): string {
  return `<!-- Written by \`npm run docs:transcripts\`, from a real run. -->

# The first five minutes

You need git, Node 20 or newer and npm. Everything happens on your machine: a clone brings the service along, for trying.
What you see here was recorded in a real terminal, with the dependencies installed already; ids, times and the ends of long addresses are
made the same for each recording.

## Start the service

${block(started)}

The first start installs and builds; the next ones take a second. Leave it running, and open another terminal in the same folder.

## Sign in

${block(signedIn)}

A browser opens. Sign in as \`admin@local.test\`, choose an organization and press *Allow* (in this recording a script did). The key in
\`SUPERSET_STORAGE_KEY\` is for machines without a keychain; leave that line out where there is one.

## List and create tasks

${block(listed)}

\`--json\` prints data, for scripts and agents. Each command has \`--help\`.

## See what is what

${block(known)}

## Sign out

${block(signedOut)}

Then stop the service with Ctrl-C. Nothing is left but the clone and \`~/.superset\`.

Next: [where your session lives](sessions.md), [several accounts](profiles.md), [continuous integration](ci.md), [all commands](commands/README.md).
`
}

function block(lines: readonly string[]): string {
  return ['```console', ...lines, '```'].join('\n')
}
