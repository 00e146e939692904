import { boundaries } from '../checks/boundaries.mjs'
import { build } from '../checks/build.mjs'
import { deadCode } from '../checks/dead-code.mjs'
import { examples } from '../checks/examples.mjs'
import { format } from '../checks/format.mjs'
import { generated } from '../checks/generated.mjs'
import { lint } from '../checks/lint.mjs'
import { packFiles, packTypes } from '../checks/pack.mjs'
import { packImports } from '../checks/pack-imports.mjs'
import { textHygiene } from '../checks/text-hygiene.mjs'
import { typedLint } from '../checks/typed-lint.mjs'
import { types } from '../checks/types.mjs'
import { vendorNames } from '../checks/vendor-names.mjs'

/** Each is one counted result of `npm test`. @type {readonly import('./check.mjs').Check[]} */
export const allChecks = [
  build,
  format,
  lint,
  typedLint,
  types,
  boundaries,
  vendorNames,
  deadCode,
  generated,
  examples,
  textHygiene,
  packFiles,
  packTypes,
  packImports,
]
