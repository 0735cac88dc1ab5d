import assert from 'node:assert/strict'
import {shieldValues, unshield, unshieldAll} from '../../../src/cli/flags.ts'

const flags = {
  title: {type: 'option'},
  search: {type: 'option', char: 's'},
  json: {type: 'boolean'},
  quiet: {type: 'boolean', char: 'q'},
}

function seen(...argv: string[]): string[] {
  return shieldValues(argv, flags).map((word) => word.replace('\0', '^'))
}

describe('values that begin with a dash', () => {
  for (const [name, argv, expected] of [
    ['after a space', ['--title', '- a list'], ['--title', '^- a list']],
    ['after an equals sign', ['--title=-x'], ['--title=^-x']],
    ['that look like a short flag with more', ['--title', '-quick'], ['--title', '^-quick']],
    ['that are negative numbers', ['--title', '-5'], ['--title', '^-5']],
    ['after a short flag', ['-s', '-x'], ['-s', '^-x']],
    ['that are a flag after an equals sign', ['--title=--json'], ['--title=^--json']],
  ] as const) {
    it(`are taken ${name}`, () => assert.deepEqual(seen(...argv), expected))
  }

  for (const [name, argv] of [
    ['a flag that follows a flag without its value', ['--title', '--json']],
    ['a flag with its value', ['--title', '--search=x']],
    ['a short flag', ['--title', '-q']],
    ['the end of flags', ['--title', '--', '-x']],
    ['what follows the end of flags', ['--', '--title', '-x']],
    ['a lone dash, which means stdin', ['--title', '-']],
    ['ordinary values', ['--title', 'a', 'b']],
    ['nothing', ['--title']],
    ['booleans', ['--json', '-x']],
  ] as const) {
    it(`leaves ${name} alone`, () => assert.deepEqual(seen(...argv), argv))
  }

  it('come back as they were typed', () => {
    const parsed = {title: '\0-x', labels: ['\0-a', 'b'], limit: 3}
    unshieldAll(parsed)
    assert.deepEqual(parsed, {title: '-x', labels: ['-a', 'b'], limit: 3})
    assert.equal(unshield('plain'), 'plain')
  })
})
