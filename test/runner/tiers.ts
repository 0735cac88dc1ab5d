import {globSync} from 'node:fs'
import {availableParallelism} from 'node:os'
import path from 'node:path'
import type {Check} from './jobs.ts'

export interface Tier {
  readonly name: string
  readonly checks: readonly Check[]
  /** Test files, relative to the root. */
  readonly files: readonly string[]
  /** How many checks and files run at once. */
  readonly jobs: number
  /**
   * For how long a file may report nothing, or a check run, on an ordinary machine. The only deadline of a test: against
   * hanging, not for speed.
   */
  readonly silenceMs: number
  /** Left out unless it, or a file of it, is named. */
  readonly onlyNamed?: boolean
  /** May use the npm registry of this machine. */
  readonly registry?: boolean
}

const parallel = Math.min(availableParallelism(), 4)
/** For files that start servers and processes, and wait for them most of their time: nothing in them compares times. */
const waiting = Math.min(2 * availableParallelism(), 6)
const minuteMs = 60_000

const checks: readonly Check[] = [
  {name: 'types (tsc)', args: ['node_modules/@typescript/native/bin/tsc', '-p', 'tsconfig.test.json']},
  {name: 'lint (eslint)', args: ['node_modules/eslint/bin/eslint.js', '.']},
  {
    name: 'format (prettier)',
    args: ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
  },
  {name: 'what nothing uses (knip)', args: ['node_modules/knip/bin/knip.js', '--no-progress', '--no-config-hints']},
]

const definitions: ReadonlyArray<Omit<Tier, 'files'> & {readonly globs: readonly string[]}> = [
  {name: 'house', checks, globs: ['test/house/**/*.test.ts'], jobs: parallel, silenceMs: 5 * minuteMs},
  {
    name: 'unit',
    checks: [],
    globs: ['test/unit/**/*.test.ts', '{examples,packages}/*/test/**/*.test.ts'],
    jobs: waiting,
    silenceMs: 5 * minuteMs,
  },
  {name: 'flow', checks: [], globs: ['test/flow/**/*.test.ts'], jobs: waiting, silenceMs: 5 * minuteMs},
  {name: 'acceptance', checks: [], globs: ['test/acceptance/**/*.test.ts'], jobs: waiting, silenceMs: 5 * minuteMs},
  // Every case of what the tiers above show by a few: minutes more, before a release and each night.
  {
    name: 'thorough',
    checks: [],
    globs: ['test/thorough/**/*.test.ts'],
    jobs: waiting,
    silenceMs: 5 * minuteMs,
    onlyNamed: true,
  },
  // A registry of the real kind, which is brought for it.
  {
    name: 'plugins',
    checks: [],
    globs: ['test/plugins/**/*.test.ts'],
    jobs: 1,
    silenceMs: 5 * minuteMs,
    onlyNamed: true,
    registry: true,
  },
  // Whole archives, packed and installed: minutes of compressing. One after the other: they share what npm brings.
  {
    name: 'release',
    checks: [],
    globs: ['test/release/**/*.test.ts'],
    jobs: 1,
    silenceMs: 10 * minuteMs,
    onlyNamed: true,
    registry: true,
  },
]

/**
 * The tiers in their order, narrowed to what a developer asked for: names of tiers, test files or folders.
 * @throws Error when a word selects nothing
 */
export function planTiers(root: string, words: readonly string[]): Tier[] {
  const all = definitions.map(({globs, ...tier}) => ({...tier, files: globSync([...globs], {cwd: root}).toSorted()}))
  if (words.length === 0) return all.filter(({onlyNamed}) => !onlyNamed)
  for (const word of words) demandMatch(all, root, word)
  return all.map((tier) => ({
    ...tier,
    checks: words.includes(tier.name) ? tier.checks : [],
    files: tier.files.filter((file) => words.some((word) => isSelected(tier, root, word, file))),
  }))
}

function demandMatch(tiers: readonly Tier[], root: string, word: string): void {
  const matches = tiers.some(
    (tier) => tier.name === word || tier.files.some((file) => isSelected(tier, root, word, file)),
  )
  if (matches) return
  const names = tiers.map((tier) => tier.name).join(', ')
  throw new Error(`No test matches ${word}. Name a tier (${names}), a test file or a folder.`)
}

function isSelected(tier: Tier, root: string, word: string, file: string): boolean {
  if (word === tier.name) return true
  const relative = path.relative(path.resolve(root, word), path.resolve(root, file))
  return !relative.startsWith('..') && !path.isAbsolute(relative)
}
