import {isProblem, type Problem} from '@superset/identity'

/**
 * Where the service or a host knows no such thing, what the operation makes of that, in words of its own.
 * @throws what `explain` returns; any other failure as it is
 */
export async function explainNotFound<Answer>(
  work: () => Promise<Answer>,
  explain: (error: Problem) => Problem | Promise<Problem>,
): Promise<Answer> {
  try {
    return await work()
  } catch (error) {
    throw isProblem(error) && error.code === 'SERVICE_NOT_FOUND_ENTITY' ? await explain(error) : error
  }
}
