// `npm run house`: what the house is made of, and whether it is within its budgets. `--write` draws the picture in
// CONTRIBUTING.md anew; `--unused` names each export that no other file uses.
import {readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {parseArgs} from 'node:util'
import {draw, roomsOf, withPicture} from './architecture/picture.ts'
import {readSources} from './architecture/source.ts'
import {beyond, type Budgets, longest, measure, packageOf, type RoomMeasure} from './measures/measure.ts'
import {unusedExports} from './measures/unused-exports.ts'

const root = path.resolve(import.meta.dirname, '../..')
const {values: flags} = parseArgs({options: {write: {type: 'boolean'}, unused: {type: 'boolean'}}})
const print = (line: string) => process.stdout.write(`${line}\n`)

const sources = readSources(root)
const document = path.join(root, 'CONTRIBUTING.md')
const drawn = withPicture(readFileSync(document, 'utf8'), draw(roomsOf(sources)))
const isDrawn = readFileSync(document, 'utf8') === drawn
if (flags.write && !isDrawn) writeFileSync(document, drawn)

const measures = measure(sources)
const unused = unusedExports(root)
const budgets = JSON.parse(readFileSync(path.join(import.meta.dirname, 'measures/budgets.json'), 'utf8')) as Budgets
print(row('', ['files', 'lines', 'longest file', 'longest function']))
for (const [name, rooms] of Map.groupBy(measures.rooms, ({room}) => packageOf(room))) {
  print(row(name, [...figures(rooms), `budget ${budgets.lines[name] ?? 'none'}`]))
  if (rooms.length > 1) for (const room of rooms) print(row(`  ${room.room}`, figures([room])))
}

if (flags.unused) for (const name of unused) print(`unused: ${name}`)
print(`${measures.cycles.length} import cycles; ${unused.length} exports that no other file uses (--unused names them)`)
const complaints = beyond(measures, budgets, unused.length)
if (!isDrawn && !flags.write)
  complaints.push('CONTRIBUTING.md: its picture is not the code’s; npm run house -- --write')
for (const complaint of complaints) print(`beyond budget: ${complaint}`)
process.exitCode = complaints.length === 0 ? 0 : 1

function figures(rooms: readonly RoomMeasure[]): string[] {
  const file = longest(rooms.map(({longestFile}) => longestFile))
  const code = longest(rooms.map(({longestFunction}) => longestFunction))
  const sum = (name: 'files' | 'lines') => String(rooms.reduce((total, room) => total + room[name], 0))
  return [sum('files'), sum('lines'), `${file.lines} ${file.name}`, `${code.lines} ${code.name}`]
}

function row(name: string, [files = '', lines = '', file = '', code = '', note = '']: readonly string[]): string {
  return `${name.padEnd(46)}${files.padStart(6)}${lines.padStart(7)}  ${file.padEnd(30)}${code.padEnd(28)}${note}`.trimEnd()
}
