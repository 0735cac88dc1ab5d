import {EXIT, Problem} from '@superset/identity'
import {
  array,
  description,
  type GenericSchema,
  type InferOutput,
  looseObject,
  nullish,
  number,
  pipe,
  safeParse,
  string,
} from 'valibot'

/**
 * An object as the service sends it. What it holds beyond the fields that are known passes untouched; a field that the CLI
 * does not need to do its work is `maybe`, so that neither an older nor a newer server is refused for it.
 */
export const row = looseObject

/** An object of which only this is known. */
export const AnyRow = row({})

export const text = string()
export const maybeText = nullish(string())
export const maybeNumber = nullish(number())
/** ISO 8601, or null. */
export const maybeInstant = nullish(pipe(string(), description('ISO 8601 instant')))

/** A value of a list that newer servers make longer. */
export function openEnum(known: readonly string[]) {
  return pipe(string(), description(`${known.join(', ')}, or what a newer service knows`))
}

/** The same for a field that can be missing. */
export function maybeEnum(known: readonly string[]) {
  return nullish(openEnum(known))
}

/** @throws Problem SERVICE_ANSWER (78) when the answer is not of that shape */
export function read<Schema extends GenericSchema>(
  schema: Schema,
  value: unknown,
  procedure: string,
): InferOutput<Schema> {
  const result = safeParse(schema, value, {abortEarly: true})
  if (result.success) return result.output
  throw new Problem({
    code: 'SERVICE_ANSWER',
    message: `The server's answer to ${procedure} is not one that this superset understands.`,
    exit: EXIT.configuration,
    suggestions: ['Install the newest superset, and check SUPERSET_API_URL.'],
  })
}

/** A list of such objects. @throws Problem SERVICE_ANSWER (78) */
export function readList<Schema extends GenericSchema>(
  schema: Schema,
  value: unknown,
  procedure: string,
): InferOutput<Schema>[] {
  return read(array(schema), value, procedure)
}
