import assert from 'node:assert/strict'
import {LeakSearch} from './leak-search.ts'
import {SECRET_VARIABLES, type Life} from './secret-life.ts'

/** Nothing of what must be kept secret is anywhere that anybody might look, and enough places were looked at. */
export function assertKeptSecret({byHand, files, outputs, secrets, token, watch}: Life): void {
  const search = new LeakSearch(secrets)
  assert.ok(files.length > 20 && outputs.length > 20, 'too little was looked at')
  assert.deepEqual(search.find(files), [], 'in files')
  assert.deepEqual(search.find(outputs), [], 'in what was printed')
  assert.notDeepEqual(search.find([token]), [], '`auth token` prints the token')
  if (!watch) return
  assert.deepEqual(search.find(watch.argv()), [], 'in arguments')
  assert.deepEqual(search.find(watch.environments(byHand)), [], 'in the environment of a child')
  const children = watch.descendants(byHand)
  for (const program of ['refresh/helper.js', 'approve.js']) {
    assert.ok(
      children.some(({argv}) => argv.includes(program)),
      `${program} is no child`,
    )
  }

  for (const {environment} of children) {
    for (const variable of SECRET_VARIABLES) assert.ok(!environment.includes(`${variable}=`), variable)
  }
}
