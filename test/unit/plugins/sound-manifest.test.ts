import assert from 'node:assert/strict'
import {faultOfCommand, dropInvalidEntries} from '../../../src/plugins/sound-manifest.ts'

const RIGHT = {
  id: 'acme:greet',
  summary: 'Greet.',
  aliases: ['greet', 'acme hello'],
  args: {name: {name: 'name', required: true, options: ['a']}},
  flags: {
    loud: {type: 'boolean', char: 'l', allowNo: true},
    to: {type: 'option', options: ['x'], multiple: true, helpValue: ['<x>', '<y>']},
  },
  examples: ['one', {command: 'two', description: 'Two.'}],
  usage: ['a', 'b'],
  hidden: false,
  description: null,
  identity: 'required',
  anything: {else: [1, {}]},
}
const WRONG: Readonly<Record<string, readonly unknown[]>> = {
  id: [undefined, 5, '', {}, [], 'a b\u0007', '-a', 'a::b', '__proto__', 'a\nb'],
  aliases: [[[]], 5, {}, 'text', [null], [{}], ['-x'], true],
  hiddenAliases: [[5], {}],
  permutations: [[1], 5, {}],
  aliasPermutations: [[1]],
  summary: [5, {}, [], true],
  description: [5, {}, []],
  usage: [5, {}, [1]],
  examples: [5, 'text', [5], [{command: 5}]],
  args: [5, [], 'text', {name: 5}, {name: {options: 5}}, {name: {description: {}}}, {'-x': {}}],
  flags: [
    5,
    [],
    'text',
    {to: 5},
    {to: {options: [5]}},
    {to: {char: 5}},
    {to: {aliases: 'x'}},
    {'a b': {}},
    {to: {summary: {}}},
  ],
  hidden: ['yes', 1],
  strict: [1],
  relativePath: ['dist/x.js', [5]],
}

describe('what a plugin says of its commands', () => {
  it('is taken where it is right', () => {
    assert.equal(faultOfCommand(RIGHT), undefined)
    assert.equal(faultOfCommand({id: 'one'}), undefined)
  })

  for (const [name, values] of Object.entries(WRONG))
    for (const value of values)
      it(`is refused with ${name}: ${JSON.stringify(value)}`, () => {
        assert.match(faultOfCommand({...RIGHT, [name]: value}) ?? 'taken', new RegExp(`^${name} is `))
      })

  for (const entry of [5, null, 'text', [], undefined, true])
    it(`is refused as a whole where it is ${JSON.stringify(entry)}`, () => {
      assert.equal(faultOfCommand(entry), 'it is not an object')
    })

  it('leaves out what is wrong, keeps the rest, and says so', () => {
    const plugin = {
      commands: [RIGHT, {...RIGHT, id: 'acme:bad', aliases: 5}, {}] as object[],
      hooks: {init: [{target: './init'}], prerun: [{target: 5}], finally: [5]} as Record<string, unknown>,
      pjson: {oclif: {topics: {acme: 5}}},
    }
    assert.deepEqual(dropInvalidEntries(plugin), [
      'acme bad is left out, because of its manifest: aliases is not what it should be',
      'a command without a name is left out, because of its manifest: id is missing',
      'its hook prerun is left out: its package.json is wrong there',
      'its hook finally is left out: its package.json is wrong there',
      'its topics are left out: its package.json is wrong there',
    ])
    assert.deepEqual(plugin.commands, [RIGHT])
    assert.deepEqual(Object.keys(plugin.hooks), ['init'])
    assert.deepEqual(plugin.pjson.oclif, {})
  })
})
