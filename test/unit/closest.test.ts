import assert from 'node:assert/strict'
import {closest} from '../../src/closest.ts'

const COMMANDS = ['tasks:list', 'tasks:get', 'tasks:create', 'organization:list', 'doctor']

describe('the command that was meant', () => {
  for (const [typed, meant] of [
    ['task:list', 'tasks:list'],
    ['tasks:lsit', 'tasks:list'],
    ['tasks:creat', 'tasks:create'],
    ['docter', 'doctor'],
    ['xyz', undefined],
    ['t', undefined],
    ['', undefined],
    ['weather', undefined],
  ] as const) {
    it(`is ${meant ?? 'none'} for ${JSON.stringify(typed)}`, () => assert.equal(closest(typed, COMMANDS), meant))
  }
})
