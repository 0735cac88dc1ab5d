import assert from 'node:assert/strict'
import {validationText} from '../../../src/service/validation.ts'

/** As the service's library words them. */
describe('what the service says of a wrong input, in plain words (row 95)', () => {
  for (const [issue, text] of [
    [
      {origin: 'string', code: 'too_small', minimum: 1, path: ['title'], message: 'Too small'},
      'title: must not be empty',
    ],
    [
      {origin: 'number', code: 'too_small', minimum: 1, path: ['limit'], message: 'Too small'},
      'limit: must be 1 or more',
    ],
    [
      {origin: 'string', code: 'too_big', maximum: 200, path: ['name'], message: 'Too big'},
      'name: must have 200 characters or fewer',
    ],
    [
      {origin: 'number', code: 'too_big', maximum: 500, path: ['limit'], message: 'Too big'},
      'limit: must be 500 or less',
    ],
    [{code: 'invalid_format', format: 'uuid', path: ['statusId'], message: 'Invalid UUID'}, 'status id: is not an id'],
    [{code: 'invalid_format', format: 'uuid', path: ['v2ProjectId'], message: 'x'}, 'project id: is not an id'],
    [
      {code: 'invalid_format', format: 'url', path: ['prUrl'], message: 'Invalid URL'},
      'pr url: is not the address of a page',
    ],
    [{code: 'invalid_format', format: 'new', path: ['x'], message: 'Invalid new'}, 'x: Invalid new'],
    [
      {code: 'invalid_type', path: ['json', 0], message: 'Invalid input: expected object, received undefined'},
      'json.0: is missing',
    ],
    [{code: 'too_big', maximum: 'x', path: [], message: 'Too big'}, 'Too big'],
    [{code: 1, path: 'x', message: 2}, 'is not valid'],
  ] as const) {
    it(`says: ${text}`, () => assert.equal(validationText(JSON.stringify([issue])), text))
  }

  it('leaves other messages as they are', () => {
    assert.equal(validationText('[no JSON'), '[no JSON')
    assert.equal(validationText('A schedule needs a timezone'), 'A schedule needs a timezone')
  })
})
