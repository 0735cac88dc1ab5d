import {EXIT, Problem} from '@superset/identity'
import {closest, didYouMean} from '../closest.ts'

/** A sort of thing that has an id for programs and names for people. */
export interface Kind<Candidate> {
  /** As a sentence says it: `status`. */
  readonly noun: string
  /** AREA_REASON, for a name that nobody has. */
  readonly unknownCode: string
  /** The command that lists them. */
  readonly list: string
  /** Whether a value can only be an id: it is sent as it is, and the service says whether there is such a thing. */
  isId(value: string): boolean
  idOf(candidate: Candidate): string
  /** What people call it, the best known first. */
  namesOf(candidate: Candidate): ReadonlyArray<string | null | undefined>
}

/** RFC 9562 as the service checks it. */
const UUID = /^[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/i
const MOST_CANDIDATES = 10

export function isUuid(value: string): boolean {
  return UUID.test(value)
}

/**
 * The id of what a person named. Nothing is looked up for what is an id already.
 * @throws Problem NAME_AMBIGUOUS (2), or with the kind's code for a name that nobody has (1)
 */
export async function resolveId<Candidate>(
  wanted: string,
  kind: Kind<Candidate>,
  list: () => Promise<readonly Candidate[]>,
): Promise<string> {
  return kind.isId(wanted) ? wanted : kind.idOf(pick(wanted, await list(), kind))
}

/**
 * The one that a person named: by its id, else by its name, else by its name in other letters (`in review`).
 * @throws Problem NAME_AMBIGUOUS (2), or with the kind's code for a name that nobody has (1)
 */
export function pick<Candidate>(wanted: string, candidates: readonly Candidate[], kind: Kind<Candidate>): Candidate {
  const found = match(wanted, candidates, kind)
  if (found !== undefined) return found
  const meant = probablyMeant(wanted, candidates, kind)
  throw new Problem({
    code: kind.unknownCode,
    message: `There is no ${kind.noun} ${JSON.stringify(wanted)}.`,
    exit: EXIT.failed,
    suggestions: [
      ...didYouMean(meant === undefined ? undefined : JSON.stringify(meant)),
      `Run \`${kind.list}\` to see what there is.`,
    ],
  })
}

/** As `pick`, for whoever has words of their own for a name that nobody has. @throws Problem NAME_AMBIGUOUS (2) */
export function match<Candidate>(
  wanted: string,
  candidates: readonly Candidate[],
  kind: Kind<Candidate>,
): Candidate | undefined {
  const found = allNamed(wanted, candidates, kind)
  if (found.length > 1) throw ambiguous(wanted, found, kind)
  return found[0]
}

/** Whoever is meant by it: more than one where a name is not enough. */
export function allNamed<Candidate>(
  wanted: string,
  candidates: readonly Candidate[],
  kind: Kind<Candidate>,
): readonly Candidate[] {
  const byId = candidates.filter((one) => kind.idOf(one) === wanted).slice(0, 1)
  if (byId.length > 0 || wanted.trim() === '') return byId
  const exactly = candidates.filter((one) => namesOf(one, kind).includes(wanted))
  if (exactly.length > 0) return exactly
  const name = folded(wanted)
  return candidates.filter((one) => namesOf(one, kind).map(folded).includes(name))
}

function ambiguous<Candidate>(wanted: string, named: readonly Candidate[], kind: Kind<Candidate>): Problem {
  const shown = named.slice(0, MOST_CANDIDATES).map((one) => `${kind.idOf(one)}  ${namesOf(one, kind).join(', ')}`)
  const more = named.length > MOST_CANDIDATES ? [`and ${named.length - MOST_CANDIDATES} more`] : []
  return new Problem({
    code: 'NAME_AMBIGUOUS',
    message: [
      `There is more than one ${kind.noun} named ${JSON.stringify(wanted)}; give the id of the one that you mean:`,
      ...[...shown, ...more].map((line) => `  ${line}`),
    ].join('\n'),
    exit: EXIT.usage,
    suggestions: [`Run \`${kind.list}\` to see what there is.`],
  })
}

function namesOf<Candidate>(candidate: Candidate, kind: Kind<Candidate>): string[] {
  return kind.namesOf(candidate).filter((name) => typeof name === 'string' && name !== '') as string[]
}

/** A name that was begun and not finished, or mistyped. */
function probablyMeant<Candidate>(
  wanted: string,
  candidates: readonly Candidate[],
  kind: Kind<Candidate>,
): string | undefined {
  const start = folded(wanted)
  const named = candidates.map((one) => namesOf(one, kind))
  const begun = start.length < 2 ? [] : named.filter((names) => names.some((name) => folded(name).startsWith(start)))
  if (begun.length === 1) return begun[0]?.[0]
  const all = named.flat()
  const near = closest(start, all.map(folded))
  return all.find((name) => folded(name) === near)
}

/** Letters that differ in size alone, or in how an accent is written, are the same to a person; so is the space around. */
function folded(name: string): string {
  return name.trim().normalize('NFKC').toLowerCase()
}
