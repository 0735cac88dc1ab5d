import assert from 'node:assert/strict'
import {isProblem, type Problem} from '@superset/identity'
import {isUuid, type Kind, match, pick, resolveId} from '../../../src/service/names.ts'

interface Thing {
  readonly id: string
  readonly name?: string | null
  readonly mail?: string | null
}

const KIND: Kind<Thing> = {
  noun: 'thing',
  unknownCode: 'THING_UNKNOWN',
  list: 'superset things list',
  isId: isUuid,
  idOf: ({id}) => id,
  namesOf: ({mail, name}) => [name, mail],
}
const ID = '5e28c750-aa49-431b-928d-33f1bc329055'
const THINGS: readonly Thing[] = [
  {id: '1', name: 'In Review'},
  {id: '2', name: 'in review'},
  {id: '3', name: 'Done', mail: 'done@example.test'},
  {id: '4', name: 'Ärger'},
  {id: '5', name: '3'},
  {id: '6', name: ''},
  {id: '7', name: null, mail: null},
  {id: '8', name: 'Twice'},
  {id: '9', name: 'Twice', mail: 'twice@example.test'},
  {id: '10', name: ' '},
]

describe('names in the place of ids', () => {
  for (const [wanted, id] of [
    ['1', '1'],
    ['3', '3'],
    ['In Review', '1'],
    ['in review', '2'],
    ['Done', '3'],
    ['DONE', '3'],
    ['  done ', '3'],
    ['Done@Example.test', '3'],
    ['Ärger', '4'],
    ['äRGER'.normalize('NFD'), '4'],
    ['8', '8'],
  ] as const) {
    it(`finds ${JSON.stringify(wanted)}`, () => assert.equal(pick(wanted, THINGS, KIND).id, id))
  }

  it('refuses a name that is several, and names them: exit 2', () => {
    const problem = refusal(() => pick('IN REVIEW', THINGS, KIND))
    assert.deepEqual([problem.code, problem.exit], ['NAME_AMBIGUOUS', 2])
    assert.equal(
      problem.message,
      'There is more than one thing named "IN REVIEW"; give the id of the one that you mean:\n  1  In Review\n  2  in review',
    )
    const twice = refusal(() => pick('Twice', THINGS, KIND))
    assert.match(twice.message, /\n {2}8 {2}Twice\n {2}9 {2}Twice, twice@example\.test$/)
    assert.deepEqual(twice.suggestions, ['Run `superset things list` to see what there is.'])
    const many = Array.from({length: 30}, (_, index) => ({id: `${index}`, name: 'x'}))
    assert.match(refusal(() => pick('x', many, KIND)).message, /\n {2}9 {2}x\n {2}and 20 more$/)
  })

  it('says what was perhaps meant, and the command that lists: exit 1', () => {
    const problem = refusal(() => pick('dnoe', THINGS, KIND))
    assert.deepEqual([problem.code, problem.exit, problem.message], ['THING_UNKNOWN', 1, 'There is no thing "dnoe".'])
    assert.deepEqual(problem.suggestions, ['Did you mean "Done"?', 'Run `superset things list` to see what there is.'])
    assert.equal(refusal(() => pick('do', THINGS, KIND)).suggestions[0], 'Did you mean "Done"?')
    assert.equal(refusal(() => pick('d', THINGS, KIND)).suggestions.length, 1)
    assert.deepEqual(refusal(() => pick('quite another', THINGS, KIND)).suggestions, [
      'Run `superset things list` to see what there is.',
    ])
  })

  for (const nothing of ['', ' ', '\t']) {
    it(`takes ${JSON.stringify(nothing)} for no name, whoever has none`, () => {
      assert.equal(match(nothing, THINGS, KIND), undefined)
      assert.equal(refusal(() => pick(nothing, THINGS, KIND)).code, 'THING_UNKNOWN')
    })
  }

  it('looks nothing up for what is an id', async () => {
    const list = () => Promise.reject(new Error('looked up'))
    assert.equal(await resolveId(ID, KIND, list), ID)
    assert.equal(await resolveId('done', KIND, async () => THINGS), '3')
    assert.equal(isUuid(`${ID}0`), false)
    assert.equal(isUuid(ID.replace('-431b', '-931b')), false, 'what the service would refuse is no id')
  })
})

function refusal(run: () => unknown): Problem {
  try {
    run()
  } catch (error) {
    if (isProblem(error)) return error
    throw error
  }

  throw new Error('not refused')
}
