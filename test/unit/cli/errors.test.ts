import assert from 'node:assert/strict'
import {Errors, Parser} from '@oclif/core'
import {Problem} from '@superset/identity'
import {exitCodeOf, toProblem, wholeProblem} from '../../../src/cli/errors.ts'

async function parserError(argv: string[], input: object): Promise<unknown> {
  try {
    await Parser.parse(argv, {args: {}, flags: {}, ...input} as never)
  } catch (error) {
    return error
  }

  return assert.fail('was parsed')
}

describe('errors on their way out', () => {
  it('leaves a Problem as it is', () => {
    const problem = new Problem({code: 'X', message: 'x', exit: 75})
    assert.equal(toProblem(problem), problem)
  })

  it('knows a Problem of another copy of the contract', () => {
    const other = Object.assign(new Error('x'), {[Symbol.for('superset.problem')]: true, code: 'Y', exit: 77})
    assert.equal(toProblem(other), other)
  })

  it('lets no number of a plugin out that is not in the table, nor an error that ends as if all were well', () => {
    for (const exit of [0, 3, 999, -1, 1.5, '77', null, undefined]) {
      const odd = Object.assign(new Error('x'), {[Symbol.for('superset.problem')]: true, code: 'ACME_X', exit})
      assert.deepEqual([toProblem(odd).exit, toProblem(odd).code], [1, 'ACME_X'], String(exit))
    }

    assert.equal(toProblem(new Errors.CLIError('x', {exit: 0})).exit, 1)
  })

  it('shows of a Problem that lacks everything what there is', () => {
    const branded = {[Symbol.for('superset.problem')]: true, exit: 77, code: 5, suggestions: 'none', retryable: 'yes'}
    const {code, exit, message, retryable, suggestions} = wholeProblem(toProblem(branded))
    assert.deepEqual(
      {code, exit, message, retryable, suggestions},
      {
        ...{code: 'COMMAND_FAILED', exit: 77, message: 'Unknown error', retryable: false, suggestions: []},
      },
    )
  })

  it('takes the mistakes that oclif finds on the command line for usage', async () => {
    const {Flags} = await import('@oclif/core')
    const errors = [
      await parserError(['--nope'], {}),
      await parserError(['extra'], {}),
      await parserError(['--name'], {flags: {name: Flags.string()}}),
      await parserError(['--name', 'a', '--name', 'b'], {flags: {name: Flags.string()}}),
      await parserError([], {flags: {name: Flags.string({required: true})}}),
      await parserError(['--name', 'c'], {flags: {name: Flags.string({options: ['a', 'b']})}}),
      await parserError(['--n', 'x'], {flags: {n: Flags.integer()}}),
    ]
    for (const error of errors) {
      const {code, exit, message} = toProblem(error)
      assert.deepEqual([code, exit], ['USAGE_INVALID', 2], String(error))
      assert.doesNotMatch(message, /See more help/)
    }
  })

  it('keeps the exit code of a command that ends itself, if it is one of ours', () => {
    assert.equal(exitCodeOf(new Errors.ExitError(0)), 0)
    assert.equal(exitCodeOf(new Errors.ExitError(4)), 4)
    assert.equal(exitCodeOf(new Errors.ExitError(3)), 1)
    assert.equal(exitCodeOf(new Error('x')), undefined)
    assert.equal(exitCodeOf(null), undefined)
  })

  it('lets no other number out', () => {
    assert.equal(toProblem(new Errors.CLIError('x', {exit: 127})).exit, 1)
    assert.equal(toProblem(new Errors.CLIError('x', {exit: 77})).exit, 77)
    assert.equal(toProblem(new Errors.CLIError('x', {exit: false})).exit, 1)
  })

  it('keeps the code and suggestions of a plugin', () => {
    const {code, suggestions} = toProblem(new Errors.CLIError('x', {code: 'E_X', suggestions: ['do y']}))
    assert.deepEqual([code, suggestions], ['E_X', ['do y']])
  })

  for (const thrown of [new TypeError('bug'), 'text', undefined, null, 42, {}]) {
    it(`makes a stable code of ${JSON.stringify(thrown) ?? 'undefined'}`, () => {
      const {code, exit} = toProblem(thrown)
      assert.deepEqual([code, exit], ['UNEXPECTED_ERROR', 1])
    })
  }
})
