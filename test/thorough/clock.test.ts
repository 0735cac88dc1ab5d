import {describeJumps} from '../acceptance/clock-jumps.ts'

describeJumps([
  {storage: 'key', hours: -1},
  {storage: 'key', hours: 24},
  {storage: 'file', hours: -24},
  {storage: 'file', hours: 1},
])
