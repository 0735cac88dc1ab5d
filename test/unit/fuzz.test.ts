import {attack} from '../fuzz/campaign.ts'
import {openTargets} from '../fuzz/targets.ts'

const opened = await openTargets()

/** A short run of `npm run fuzz`, always of the same inputs. */
describe('whatever others wrote, it is read or answered with a Problem', () => {
  after(() => opened[Symbol.asyncDispose]())
  for (const target of opened.targets) {
    it(target.name, async () => {
      await attack(target, 11, 60)
    })
  }
})
