import assert from 'node:assert/strict'
import {type CommandIndex, complete} from '../../../src/completion/complete.ts'

const PROGRAM: CommandIndex = {
  topics: [
    {name: 'tasks', description: 'list and change tasks'},
    {name: 't', hidden: true},
  ],
  commands: [
    {
      id: 'tasks:list',
      aliases: ['t:list'],
      summary: 'List tasks.',
      flags: {
        priority: {type: 'option', char: 'p', options: ['high', 'low'], summary: 'Only these.'},
        label: {type: 'option', multiple: true},
        profile: {type: 'option'},
        wait: {type: 'boolean', allowNo: true},
        secret: {type: 'boolean', hidden: true},
        old: {type: 'boolean', description: 'Those of before.'},
      },
    },
    {id: 'tasks:get', args: {task: {}, part: {options: ['title', 'text']}}},
    {id: 'tasks:delete', args: {task: {multiple: true}}},
    {id: 'tasks:gone', hidden: true},
    {id: 'update', description: '  Update <%= config.bin %>.\nMore.'},
  ],
  values: {
    profile: () => ['default', 'work'].map((value) => ({value, description: ''})),
    task: () => [{value: 'fix-login', description: 'Fix the login'}],
  },
}

const values = (...words: string[]) => complete(words, PROGRAM).map(({value}) => value)

describe('completing a command line', () => {
  it('suggests topics and commands, with what they say of themselves in one line', () => {
    assert.deepEqual(complete([''], PROGRAM), [
      {value: 'tasks', description: 'list and change tasks'},
      {value: 'update', description: 'Update superset.'},
    ])
    assert.deepEqual(values('ta'), ['tasks'])
    assert.deepEqual(values('tasks', ''), ['delete', 'get', 'list'])
    assert.deepEqual(values('t', 'l'), ['list'])
    assert.deepEqual(values('--profile', 'work', 'tasks', 'g'), ['get'])
  })

  it('suggests flags that are not there yet', () => {
    const all = ['--priority', '--label', '--profile', '--wait', '--no-wait', '--old', '--help']
    assert.deepEqual(values('tasks', 'list', '-'), all)
    assert.deepEqual(values('t', 'list', '-p', 'high', '--label', 'a', '--l'), ['--label'])
    assert.deepEqual(values('tasks', 'list', '-p', 'high', '--p'), ['--profile'])
  })

  it('says of a flag what its manifest says, in either way', () => {
    const said = (name: string) => complete(['tasks', 'list', name], PROGRAM)[0]?.description
    assert.deepEqual([said('--priority'), said('--old'), said('--label')], ['Only these.', 'Those of before.', ''])
  })

  it('suggests the values of a flag, however it is written', () => {
    assert.deepEqual(values('tasks', 'list', '--priority', ''), ['high', 'low'])
    assert.deepEqual(values('tasks', 'list', '-p', 'h'), ['high'])
    assert.deepEqual(values('tasks', 'list', '--priority=h'), ['--priority=high'])
    // As bash hands it over.
    assert.deepEqual(values('tasks', 'list', '--priority', '=', 'h'), ['high'])
    assert.deepEqual(values('tasks', 'list', '--priority', '='), ['high', 'low'])
    assert.deepEqual(values('tasks', 'list', '--profile', 'w'), ['work'])
    assert.deepEqual(values('--profile', ''), ['default', 'work'])
    assert.deepEqual(values('tasks', 'list', '--label', ''), [])
  })

  it('suggests the values of an argument', () => {
    assert.deepEqual(values('tasks', 'get', 'fix-login', 't'), ['title', 'text'])
    assert.deepEqual(complete(['tasks', 'get', 'f'], PROGRAM), [{value: 'fix-login', description: 'Fix the login'}])
    assert.deepEqual(values('tasks', 'delete', 'a', 'b', ''), ['fix-login'])
    assert.deepEqual(values('tasks', 'get', 'a', 'title', ''), [])
  })

  it('suggests nothing where nothing is known', () => {
    for (const words of [['nope', ''], ['tasks', 'nope', '-'], [], ['update', 'x', '']])
      assert.deepEqual(
        values(...words).filter((one) => one !== 'tasks' && one !== 'update'),
        [],
      )
  })

  it('leaves out what could not be typed, and shows controls in descriptions instead of obeying them', () => {
    const hostile: CommandIndex = {
      topics: [],
      commands: [{id: 'a\u001b]0;x\u0007b'}, {id: 'fine', summary: 'x\u001b[2J\ty'}],
      values: {},
    }
    assert.deepEqual(complete([''], hostile), [{value: 'fine', description: String.raw`x\u001b[2J\ty`}])
  })
})
