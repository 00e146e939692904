import tseslint from 'typescript-eslint'

/*
 * Biome formats and lints. ESLint is here for the rules that need types, and for nothing else.
 */
/** What was caught, and the reason of an AbortSignal, are passed on as they are. */
const anything = { allowThrowingAny: true, allowThrowingUnknown: true }

export default tseslint.config(
  {
    ignores: ['**/dist/**', '**/node_modules/**', '.cache/**', '*.mjs', '**/*.config.ts', 'tsup.package.ts'],
  },
  {
    files: ['{packages,apps}/**/*.ts', 'scripts/**/*.{mjs,ts}'],
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-for-in-array': 'error',
      '@typescript-eslint/no-unsafe-enum-comparison': 'error',
      '@typescript-eslint/only-throw-error': ['error', anything],
      '@typescript-eslint/prefer-promise-reject-errors': ['error', anything],
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
    },
  },
)
