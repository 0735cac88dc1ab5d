import {ENVIRONMENT} from './environment.ts'
import {EXIT_CODES} from './exit-codes.ts'
import {FILES} from './files.ts'
import {FORMATTING} from './formatting.ts'
import type {ManualPage} from './page.ts'

export const MANUAL_PAGES: readonly ManualPage[] = [ENVIRONMENT, EXIT_CODES, FILES, FORMATTING]
