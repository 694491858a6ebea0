import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    // Tests read the sources, never dist/: the package name resolves to lib/ too.
    alias: { convgrad: new URL('./lib/index.ts', import.meta.url).pathname },
  },
  test: {
    // One process per file: each has its own native stream, thread count and instruction set.
    pool: 'forks',
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    typecheck: {
      enabled: true,
      include: ['test/types/**/*.test-d.ts'],
      tsconfig: './test/types/tsconfig.json',
      // `npm run typecheck` judges the sources; here only the type tests themselves count.
      ignoreSourceErrors: true,
    },
  },
});
