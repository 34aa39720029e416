import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/** A variable of a name that CommonJS has in every file. */
const commonJsName = {
  selector:
    ':matches(Program, ExportNamedDeclaration) > :matches(FunctionDeclaration, ClassDeclaration) > Identifier.id[name=/^(module|exports|require|__dirname|__filename)$/], :matches(Program, ExportNamedDeclaration) > VariableDeclaration > VariableDeclarator[id.name=/^(module|exports|require|__dirname|__filename)$/]',
  message: 'CommonJS has a variable of this name in every file; give it another.',
};

/** What works everywhere but on Windows. */
const notOnWindows = [
  {
    selector: 'Literal[value=/^\\u002Ftmp(\\u002F|$)/]',
    message: 'Windows has no /tmp: take os.tmpdir().',
  },
  {
    selector: 'Literal[value=/\\.venv\\u002Fbin/], TemplateElement[value.raw=/\\.venv\\u002Fbin/]',
    message: 'On Windows it is .venv\\Scripts: scripts/kernel/platform.js knows.',
  },
  {
    selector: "MemberExpression[property.name='pathname'] > NewExpression[callee.name='URL']",
    message: 'On Windows this is /C:/…: take fileURLToPath.',
  },
  {
    selector: "CallExpression[callee.property.name='kill'] > UnaryExpression[operator='-']",
    message: 'Windows has no process groups: scripts/kernel/platform.js ends a tree of processes.',
  },
  {
    selector:
      'CallExpression[callee.name=/^(spawn|spawnSync|execFile|execFileSync|runCommand)$/] > Literal[value=/^(npm|npx)$/]',
    message: 'On Windows npm is npm.cmd, which Node does not start: run its npm-cli.js with Node.',
  },
];

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
      'no-restricted-syntax': ['error', commonJsName],
    },
  },
  {
    files: ['lib/**', 'scripts/**'], // tests may speak of one platform
    rules: { 'no-restricted-syntax': ['error', commonJsName, ...notOnWindows] },
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
