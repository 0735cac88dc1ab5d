/** Where the keys and values of a JSON text stand, as offsets. */
export interface JsonPlaces {
  /** By the keys that lead there, as a JSON pointer (RFC 6901): of the key, where there is one, and of the value. */
  readonly places: ReadonlyMap<string, {readonly key?: number; readonly value: number}>
  /** Keys that an object has twice: the later of the two. */
  readonly repeated: ReadonlyArray<{readonly name: string; readonly offset: number}>
}

/** Where an array or an object goes on. */
interface Open {
  readonly pointer: string
  readonly isArray: boolean
  readonly names: Set<string>
  index: number
  key?: {readonly name: string; readonly offset: number}
}

/** A string, a punctuation mark, anything else; blanks stand between them. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s"[\]{},:]+/gs

/** @param text that JSON.parse takes */
export function jsonPlaces(text: string): JsonPlaces {
  const places = new Map<string, {key?: number; value: number}>()
  const repeated: Array<{name: string; offset: number}> = []
  const open: Open[] = []
  for (const {0: token, index: offset} of text.matchAll(TOKEN)) {
    const around = open.at(-1)
    if (token === ']' || token === '}') open.pop()
    else if (token === ',') {
      if (around?.isArray) around.index++
      else delete around?.key
    } else if (around && !around.isArray && !around.key) {
      const name = JSON.parse(token) as string
      if (around.names.has(name)) repeated.push({name, offset})
      around.names.add(name)
      around.key = {name, offset}
    } else if (token !== ':') {
      const pointer = around ? pointerIn(around) : ''
      places.set(pointer, {...(around?.key && {key: around.key.offset}), value: offset})
      if (token === '[' || token === '{') open.push({pointer, isArray: token === '[', names: new Set(), index: 0})
    }
  }

  return {places, repeated}
}

export function pointerOf(keys: readonly string[]): string {
  return keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function pointerIn({index, key, pointer}: Open): string {
  return pointer + pointerOf([key?.name ?? String(index)])
}
