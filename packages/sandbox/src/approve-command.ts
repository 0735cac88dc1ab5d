import {type Approval, approve} from './approve.ts'
import {type BrowserSettings, browserSettings} from './env.ts'

/** Where a program's lines go. */
export interface Printer {
  readonly out: (line: string) => void
  readonly error: (line: string) => void
}

/**
 * The scripted browser as a program: `approve.js <url>`. Prints `<code>#<state>` when the redirect leads to the paste
 * page or is not followed.
 * @param approvePages does in the pages what a person would do; the sandbox's own pages unless given
 * @returns the exit code: 0 when the client's redirect address was reached, 1 otherwise
 */
export async function runApprove(
  argv: readonly string[],
  print: Printer,
  approvePages: (address: string, settings: BrowserSettings) => Promise<Approval> = approve,
): Promise<number> {
  const [address] = argv
  if (!address || !URL.canParse(address)) {
    print.error('usage: approve.js <authorization request URL>')
    return 1
  }

  try {
    const {answer, pasted, redirect} = await approvePages(address, browserSettings())
    if (pasted && (!answer || redirect.pathname === '/cli/auth/code')) print.out(pasted)
    return 0
  } catch (error) {
    print.error(error instanceof Error ? error.message : String(error))
    return 1
  }
}
