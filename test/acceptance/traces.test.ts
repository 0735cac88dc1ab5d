import assert from 'node:assert/strict'
import {Home} from '../support/cli.ts'
import {deadAddress} from '../support/counting-server.ts'

/** In no form that a pattern would know. */
const KEY = String.raw`plain-words "quoted" and\slashed 7781`

describe('traces of a run (DEBUG) show no secret of its command line', () => {
  for (const [title, argv] of [
    ['--api-key of a command', ['tasks', 'list', '--api-key', KEY]],
    ['--api-key=…', ['tasks', 'list', `--api-key=${KEY}`]],
    ['auth login', ['auth', 'login', '--api-key', KEY]],
    ['an unknown command', ['nosuch', '--api-key', KEY]],
    ['a wrong flag', ['tasks', 'list', '--wrong', '--api-key', KEY]],
    ['a misspelled flag', ['tasks', 'list', '--apikey', KEY]],
    ['JSON', ['auth', 'status', '--json', '--api-key', KEY]],
  ] as const)
    it(title, async () => {
      await using home = await Home.createResident()
      const env = {DEBUG: '*', SUPERSET_API_URL: await deadAddress()}
      const {stderr, stdout} = await home.run([...argv], {env})
      assert.match(stderr, /oclif/, 'there are traces')
      for (const text of [stderr, stdout])
        for (const form of [KEY, KEY.replaceAll('\\', '\\\\'), '7781']) assert.ok(!text.includes(form), text)
    })
})
