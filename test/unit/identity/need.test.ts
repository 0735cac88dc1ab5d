import assert from 'node:assert/strict'
import {needOf} from '../../../src/identity/need.ts'

describe('what a command needs', () => {
  for (const [name, command, argv, need] of [
    ['what it says', {identity: 'required'}, [], 'required'],
    ['nothing, if it says so', {identity: 'none'}, [], 'none'],
    ['a session perhaps, if it says so', {identity: 'optional'}, [], 'optional'],
    ['a session perhaps, if a third party is silent', {}, [], 'optional'],
    ['a session, if it misspells its need', {identity: 'Required'}, [], 'required'],
    ['a session, if its need is rubbish', {identity: 42}, [], 'required'],
    ['nothing for help', {identity: 'required'}, ['--help'], 'none'],
    ['nothing for help after arguments', {identity: 'required'}, ['x', '-h'], 'none'],
    ['a session, if --help is an argument', {identity: 'required'}, ['--', '--help'], 'required'],
    ['nothing, if there is no such command', undefined, [], 'none'],
  ] as const) {
    it(`is ${name}`, () => assert.equal(needOf(command, argv), need))
  }
})
