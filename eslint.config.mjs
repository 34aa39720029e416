import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', '.venv*/', '.cache/', 'reports/', 'data/', 'site/'] },
  eslint.configs.recommended,
  tseslint.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      eqeqeq: ['error', 'smart'],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs', '**/*.js'],
    rules: { 'no-undef': 'off' }, // Node's globals; types are checked where there are any
  },
  {
    files: ['lib/**/*.ts', 'scripts/kernel/**/*.ts'], // compiled to CommonJS, whose wrapper has these names already: Node would not load it
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            ':matches(Program, ExportNamedDeclaration) > :matches(FunctionDeclaration, ClassDeclaration) > Identifier.id[name=/^(module|exports|require|__dirname|__filename)$/], :matches(Program, ExportNamedDeclaration) > VariableDeclaration > VariableDeclarator[id.name=/^(module|exports|require|__dirname|__filename)$/]',
          message: 'CommonJS has a variable of this name in every file; give it another.',
        },
      ],
    },
  },
  {
    files: ['lib/backend/**', 'scripts/kernel/**'], // here it matters when a module is loaded
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: ['tests/**', 'scripts/kernel/**'], // these speak of what terminals print
    rules: { 'no-control-regex': 'off', 'no-regex-spaces': 'off' },
  },
  {
    files: ['**/*.cjs', '**/*.js'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
