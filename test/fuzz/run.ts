/**
 * `npm run fuzz -- [--inputs 4000] [--seed 1] [target …]`: everything that reads what others wrote, fed with what breaks
 * readers. The same seed gives the same inputs. Exit 1 with the smallest input that was not answered as it must be.
 */
import {inspect, parseArgs} from 'node:util'
import {attack} from './campaign.ts'
import {openTargets} from './targets.ts'

const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: {inputs: {type: 'string', default: '4000'}, seed: {type: 'string'}},
})
const seed = Number(values.seed ?? Date.now() % 2 ** 31)
await using opened = await openTargets()
let total = 0
for (const target of opened.targets) {
  if (positionals.length > 0 && !positionals.some((word) => target.name.includes(word))) continue
  const before = process.cpuUsage()
  try {
    const inputs = await attack(target, seed, Number(values.inputs))
    total += inputs
    const {system, user} = process.cpuUsage(before)
    console.log(`ok    ${target.name}: ${inputs} inputs, ${((system + user) / 1e6).toFixed(1)} CPU seconds`)
  } catch (error) {
    process.exitCode = 1
    console.log(`FAIL  ${target.name}\n${String(error).slice(0, 3000)}\n${inspect((error as Error).cause)}`)
  }
}

console.log(`${total} inputs, seed ${seed}`)
