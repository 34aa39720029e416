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
  {
    selector:
      "CallExpression:matches([callee.name='rmSync'], [callee.property.name='rmSync']) Property[key.name='recursive']",
    message: 'On Windows a file that is open keeps its folder: removeFolder of lib/system.js tries again.',
  },
  {
    selector: "CallExpression:matches([callee.name='renameSync'], [callee.property.name='renameSync'])",
    message: 'On Windows a virus scanner may hold the file: take renamePatiently of lib/system.js.',
  },
  {
    selector:
      "Property[key.name='shell'][value.value=true], CallExpression:matches([callee.name='execSync'], [callee.property.name='execSync'])",
    message: 'The shell of Windows is another: start the program itself.',
  },
  {
    selector: "Property[key.name='detached']",
    message: 'Windows has no process groups: take ownGroup of scripts/kernel/platform.js.',
  },
  {
    selector: "ImportExpression[source.type!='Literal']",
    message: 'On Windows a path is no address of a module: take pathToFileURL, and say so here.',
  },
  {
    selector:
      "CallExpression[arguments.0.value='/'][callee.property.name=/^(split|startsWith|endsWith|includes|indexOf|lastIndexOf|replaceAll)$/][callee.object.type='CallExpression'][callee.object.callee.object.name=/^(path|nodePath)$/]",
    message: 'On Windows paths are separated by backslashes: take path.sep.',
  },
  {
    selector: "MemberExpression[object.property.name='env'][property.name=/^(HOME|USER|TMPDIR|SHELL)$/]",
    message: 'Windows has no such variable: take os.homedir(), os.userInfo() or os.tmpdir().',
  },
  {
    selector: 'CallExpression[optional=false] > MemberExpression.callee[property.name=/^(getuid|geteuid|getgid)$/]',
    message: 'Windows has no numbers of users: process.getuid?.().',
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
    files: ['lib/build-native/binding.mjs'], // compiles nothing on Windows
    rules: { 'no-restricted-syntax': 'off' },
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
