import assert from 'node:assert/strict'
import {organizationNamed} from '../../src/signin/named-organization.ts'

const OWN = [
  {id: 'a', slug: 'b', name: 'Acme Robotics'},
  {id: 'b', slug: 'acme', name: 'Twice'},
  {id: 'c', slug: 'c', name: 'twice'},
  {id: 'd'},
]

describe('the organization that a person names', () => {
  for (const [named, id] of [
    ['a', 'a'],
    ['b', 'b'],
    ['acme', 'b'],
    ['ACME', 'b'],
    ['acme robotics', 'a'],
    ['twice', undefined],
    ['', undefined],
    [' ', undefined],
    ['nobody', undefined],
  ] as const) {
    it(`is ${id ?? 'none'} for ${JSON.stringify(named)}`, () => assert.equal(organizationNamed(named, OWN)?.id, id))
  }
})
