/** What in the sources differs between systems, found in their syntax: who starts or ends processes, makes links, or takes paths apart. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

export type Kind = 'process' | 'signal' | 'link' | 'path';

const calls = new Map<string, Kind>([
  ...named('process', 'spawn', 'spawnSync', 'execFile', 'execFileSync', 'exec', 'execSync', 'fork'),
  ...named('signal', 'kill', 'endGroup', 'endOwnGroup'),
  ...named('link', 'symlinkSync', 'linkSync', 'readlinkSync', 'realpathSync', 'chmodSync'),
]);
const ofPaths = /^(relative|isAbsolute|normalize|sep|delimiter|win32|posix)$/;
const python: [RegExp, Kind][] = [
  [/\bsubprocess\.|\bstart_new_kernel|\bpreexec_fn\b/, 'process'],
  [/\bos\.kill|\bsignal\.(?!Signals)\w+\(|\badd_signal_handler/, 'signal'],
  [/\bos\.(symlink|chmod)\b/, 'link'],
];

function named(kind: Kind, ...names: string[]): [string, Kind][] {
  return names.map((name) => [name, kind]);
}

/** The kinds that each file of `folders` holds, by its path with slashes. */
export function inventory(root: string, folders: string[]): Record<string, Kind[]> {
  const files = folders.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((file) => path.join(folder, file).replaceAll(path.sep, '/'))
      .filter((file) => /(?<!\.d)\.([cm]?[jt]s|py)$/.test(file) && !/(^|\/)(dist|node_modules|assets)\//.test(file)),
  );
  const found = files.map((file): [string, Kind[]] => {
    const text = readFileSync(path.join(root, file), 'utf8');
    return [file, file.endsWith('.py') ? kindsInPython(text) : kindsIn(text, file)];
  });
  return Object.fromEntries(found.filter(([, kinds]) => kinds.length > 0));
}

export function kindsInPython(text: string): Kind[] {
  return python.filter(([pattern]) => pattern.test(text)).map(([, kind]) => kind);
}

export function kindsIn(text: string, file = 'a.ts'): Kind[] {
  const kinds = new Set<Kind>();
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const kind = kindOfCall(node);
      if (kind) kinds.add(kind);
    }
    if (ts.isPropertyAccessExpression(node) && isPathModule(node.expression) && ofPaths.test(node.name.text))
      kinds.add('path');
    if (ts.isRegularExpressionLiteral(node) && /\[[^\]]*(\\\\\\?\/|\/\\\\)[^\]]*\]/.test(node.text)) kinds.add('path');
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false));
  return [...kinds].sort();
}

function kindOfCall({ expression, arguments: given }: ts.CallExpression): Kind | undefined {
  if (ts.isIdentifier(expression)) return calls.get(expression.text);
  if (!ts.isPropertyAccessExpression(expression)) return undefined;
  const { text } = expression.name;
  const [first] = given;
  if (text === 'on' && first && ts.isStringLiteral(first) && first.text.startsWith('SIG')) return 'signal';
  const isProcess = ts.isIdentifier(expression.expression) && expression.expression.text === 'process';
  if (isProcess && /^(on|once)$/.test(text) && first && ts.isIdentifier(first)) return 'signal';
  if (text === 'kill') return 'signal';
  const kind = calls.get(text);
  return kind === 'link' ? kind : undefined;
}

const isPathModule = (node: ts.Node): boolean =>
  (ts.isIdentifier(node) && /^(path|nodePath)$/.test(node.text)) ||
  (ts.isPropertyAccessExpression(node) && node.name.text === 'path');
