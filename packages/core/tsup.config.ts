import { copyFile } from 'node:fs/promises'
import { defineConfig } from 'tsup'
import { packageBuild } from '../../tsup.package.js'

// devalue is published as ES modules only. Bundling it keeps core free of runtime dependencies
// and lets CommonJS users (jest) load it; its licence travels along.
export default defineConfig(
  packageBuild(
    { index: 'src/index.ts' },
    {
      noExternal: ['devalue'],
      onSuccess: () => copyFile('node_modules/devalue/LICENSE', 'dist/devalue.LICENSE'),
    },
  ),
)
