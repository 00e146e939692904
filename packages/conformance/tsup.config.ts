import { defineConfig } from 'tsup'
import { packageBuild } from '../../tsup.package.js'

// `faults` is an entry of its own so that it can be used without a test runner.
export default defineConfig(packageBuild({ index: 'src/index.ts', faults: 'src/faults/index.ts' }))
