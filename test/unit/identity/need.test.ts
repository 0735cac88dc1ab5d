import assert from 'node:assert/strict'
import {needOf} from '../../../src/identity/need.ts'

describe('what a command needs', () => {
  for (const [name, command, help, need] of [
    ['what it says', {identity: 'required'}, false, 'required'],
    ['nothing, if it says so', {identity: 'none'}, false, 'none'],
    ['a session perhaps, if it says so', {identity: 'optional'}, false, 'optional'],
    ['a session perhaps, if a third party is silent', {}, false, 'optional'],
    ['a session, if it misspells its need', {identity: 'Required'}, false, 'required'],
    ['a session, if its need is rubbish', {identity: 42}, false, 'required'],
    ['nothing for help', {identity: 'required'}, true, 'none'],
    ['nothing, if there is no such command', undefined, false, 'none'],
  ] as const) {
    it(`is ${name}`, () => assert.equal(needOf(command, help), need))
  }
})
