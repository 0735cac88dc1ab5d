import assert from 'node:assert/strict'
import {readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {isProblem, type Problem} from '@superset/identity'

/** A secret that the command prints on stderr, and on stdout where it prints no answer. */
export const NOISE = 'stderr-secret-0123456789abcdef'
export const COMMAND = path.resolve(import.meta.dirname, '../fixtures/credential-command.js')

/** Answers that a command gives in turn. */
export class Answers {
  readonly file: string

  constructor(folder: string, name = 'answers') {
    this.file = path.join(folder, name)
  }

  /** `exit <number>` for a run that fails; the last one is given for ever. */
  async are(...answers: ReadonlyArray<object | string>): Promise<void> {
    const lines = answers.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)))
    await writeFile(this.file, [0, ...lines].join('\n'))
    await writeFile(`${this.file}.asked`, '')
  }

  /** What each run was told, in order. */
  async asked(): Promise<readonly Asked[]> {
    const text = await readFile(`${this.file}.asked`, 'utf8')
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Asked)
  }

  /** Settings of a command that gives these. */
  get settings(): {readonly command: string; readonly args: readonly string[]} {
    return {command: process.execPath, args: [COMMAND, 'next', this.file]}
  }
}

export interface Asked {
  readonly exec: {readonly apiVersion: string; readonly spec: object}
  readonly request: {readonly refused: boolean}
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
}

/** Awaits a refusal, sees that nothing secret is in it, and returns it. */
export async function problemOf(work: Promise<unknown>, code: string, exit: number): Promise<Problem> {
  try {
    await work
  } catch (error) {
    assert.ok(isProblem(error), String(error))
    assert.deepEqual([error.code, error.exit], [code, exit], error.message)
    assert.equal(error.cause, undefined)
    assert.ok(!JSON.stringify(error).includes(NOISE.slice(0, 8)), error.message)
    return error
  }

  return assert.fail(`expected ${code}, but it succeeded`)
}
