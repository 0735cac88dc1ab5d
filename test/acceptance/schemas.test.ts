import {Ajv2020} from 'ajv/dist/2020.js'
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {CLI, Home} from '../support/cli.ts'
import {HUMAN} from '../support/modes.ts'

const SCHEMAS = path.resolve(path.dirname(CLI), '../schemas/commands')

/** Those of the service are held in this process: see every-command.test.ts. */
describe('the published shape of what commands print that tell of this machine', () => {
  let home: Home
  before(async () => {
    home = await Home.createResident()
  })
  after(() => home?.[Symbol.asyncDispose]())

  for (const command of ['version', 'doctor', 'auth list', 'auth status', 'identity list', 'plugins'])
    it(`is that of ${command}, and schema prints it`, async () => {
      const env = {...HUMAN, SUPERSET_API_URL: 'http://127.0.0.1:9', SUPERSET_API_KEY: 'sk_live_key'}
      const {stdout} = await home.run([...command.split(' '), '--json'], {env})
      const text = readFileSync(path.join(SCHEMAS, `${command.replaceAll(' ', '-')}.json`), 'utf8')
      const ajv = new Ajv2020({strict: false})
      assert.ok(ajv.validate(JSON.parse(text) as object, JSON.parse(stdout)), `${ajv.errorsText()}\n${stdout}`)
      const printed = await home.run(['schema', ...command.split(' ')], {env})
      assert.deepEqual([printed.code, JSON.parse(printed.stdout)], [0, JSON.parse(text)])
    })

  it('is not there for a command that does not exist', async () => {
    const {code, stderr, stdout} = await home.run(['schema', 'no', 'such'], {env: HUMAN})
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, /There is no command no such\./)
  })
})
