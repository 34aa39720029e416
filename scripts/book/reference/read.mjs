/** What the library's sources say of its public names, read by TypeDoc: a module of its own, since that is an ES module only. */
import fs from 'node:fs';
import path from 'node:path';
import { Application, ReflectionKind, TSConfigReader } from 'typedoc';

/**
 * @typedef {'function' | 'class' | 'constant' | 'type'} Kind
 * @typedef {{ signature: string, text: string }} Member
 * @typedef {object} Entry
 * @property {string} name
 * @property {Kind} kind
 * @property {string[]} also other names of the same
 * @property {string[]} signatures
 * @property {string} text the doc comment, in Markdown
 * @property {string[]} returns the names of the types that it gives
 * @property {string[]} examples
 * @property {Member[]} members of a class or of an interface
 * @typedef {{ name: string, text: string, entries: Entry[] }} Room
 */

/**
 * The public names of rooms of the library, in the order in which their modules export them.
 * @param {string} root of the project
 * @param {Record<string, string>} modules for each room, the module in `lib`
 * @returns {Promise<Room[]>}
 */
export async function readRooms(root, modules) {
  const files = Object.values(modules).map((module) => path.join(root, 'lib', module));
  const options = {
    entryPoints: files,
    tsconfig: path.join(root, 'tsconfig.json'),
    basePath: path.join(root, 'lib'),
    alwaysCreateEntryPointModule: true,
    skipErrorChecking: true, // `npm run lint` does that
    excludePrivate: true,
    excludeProtected: true,
    excludeExternals: true,
    sort: ['source-order'],
    logLevel: 'Error',
  };
  const app = await Application.bootstrap(options, [new TSConfigReader()]);
  const project = await app.convert();
  if (!project) throw new Error('TypeDoc could not read the library.');
  return Object.keys(modules).map((name, k) => {
    const place = modules[name].replace(/(\/index)?\.ts$/, '');
    const module = project.children.find((child) => child.name === place);
    return { name, text: headOf(files[k]), entries: entriesOf(module, fs.readFileSync(files[k], 'utf8')) };
  });
}

/** The comment at the head of a module; where an export follows it at once, `@module` says whose it is. */
function headOf(file) {
  const [, comment = ''] = /^\/\*\*([\s\S]*?)\*\//.exec(fs.readFileSync(file, 'utf8')) ?? [];
  return comment.replace(/^\s*\* ?|@module/gm, '').trim();
}

function entriesOf(module, source = '', prefix = '') {
  const owned = new Set(
    module.children
      .map(targetOf)
      .flatMap((child) => child.children ?? [])
      .filter((member) => !member.inheritedFrom)
      .map(placeOf),
  );
  const entries = new Map();
  for (const child of module.children) {
    const target = targetOf(child);
    const known = entries.get(target);
    if (known) known.also.push(`${prefix}${child.name}`);
    else if (child.kind === ReflectionKind.Namespace)
      entriesOf(child, '', `${child.name}.`).forEach((entry) => entries.set(entry, entry));
    else entries.set(target, entryOf(`${prefix}${child.name}`, target, owned));
  }
  const at = ({ name }) => source.search(new RegExp(`(?<![\\w'/.])${name.split('.')[0]}\\b(?!['/])`));
  return [...entries.values()].sort((a, b) => at(a) - at(b));
}

const targetOf = (child) => (child.isReference?.() ? child.getTargetReflectionDeep() : child);
const placeOf = ({ sources: [source] = [] }) => source && `${source.fileName}:${source.line}`;

/** @returns {Entry} */
function entryOf(name, target, owned) {
  const comment = target.comment ?? target.signatures?.[0].comment;
  const base = {
    name,
    also: [],
    text: textOf(comment),
    examples: tagsOf(comment, '@example').map((text) => /```\w*\n([\s\S]*?)\n```/.exec(text)?.[1] ?? text),
    returns: [],
    members: [],
  };
  switch (target.kind) {
    case ReflectionKind.Function:
      return {
        ...base,
        kind: 'function',
        signatures: target.signatures.map((signature) => callOf(name, signature)),
        returns: target.signatures.flatMap(({ type }) => namesIn(type)),
      };
    case ReflectionKind.Class:
      return { ...base, kind: 'class', ...classOf(name, target, owned) };
    case ReflectionKind.Variable: {
      const signature = target.type?.declaration?.signatures?.[0];
      if (!signature) return { ...base, kind: 'constant', signatures: [`${name}: ${target.type}`] };
      const call = { ...base, kind: 'function', signatures: [callOf(name, signature)] };
      return { ...call, returns: namesIn(signature.type) };
    }
    default:
      return { ...base, kind: 'type', ...typeOf(name, target) };
  }
}

function classOf(name, target, owned) {
  const parents = target.extendedTypes?.map((type) => ` extends ${type}`).join() ?? '';
  const constructor = target.children?.find(({ kind }) => kind === ReflectionKind.Constructor);
  const made = target.flags.isAbstract ? [] : (constructor?.signatures ?? []);
  const members = (target.children ?? [])
    .filter((member) => member.kind !== ReflectionKind.Constructor && !member.name.startsWith('['))
    .filter((member) => !member.inheritedFrom || !owned.has(placeOf(member)))
    .flatMap((member) => {
      const called = `${member.flags.isStatic ? `${name}.` : ''}${member.name}`;
      return (member.signatures ?? [member.getSignature ?? member])
        .filter(({ comment }) => comment)
        .map((one) => ({
          signature: member.signatures ? callOf(called, one) : `${called}: ${one.type}`,
          text: textOf(one.comment),
        }));
    });
  const parts = [target.comment, made[0]?.comment].map(textOf).filter(Boolean);
  return {
    signatures: [`class ${name}${parents}`, ...made.map((one) => `new ${byName(argumentsOf(name, one))}`)],
    members,
    text: parts.join('\n\n'),
  };
}

/** Options of `lib/torch`, which come by their names or one after the other, as those that have names. */
const byName = (given) => given.replace(/\.\.\.args: Arguments<(.*), readonly \[[^\]]*\]>/, 'options: $1');

function typeOf(name, target) {
  const { type, children } = target;
  const fields = children ?? type?.declaration?.children ?? [];
  const parents = target.extendedTypes?.map(String).join(', ');
  const head = `interface ${name}${parents ? ` extends ${parents}` : ''}`;
  return {
    signatures: [type && fields.length === 0 ? `type ${name} = ${type}` : head],
    members: fields.map((field) => ({
      signature: field.signatures
        ? callOf(field.name, field.signatures[0])
        : `${field.name}${field.flags.isOptional ? '?' : ''}: ${field.type ?? field.getSignature?.type}`,
      text: textOf(field.comment ?? field.signatures?.[0].comment ?? field.getSignature?.comment),
    })),
  };
}

const callOf = (name, signature) => `${argumentsOf(name, signature)}: ${signature.type}`;

function argumentsOf(name, { parameters = [] }) {
  const given = parameters.map(({ name: parameter, flags, type: kind, defaultValue }) => {
    const optional = flags.isOptional || defaultValue !== undefined ? '?' : '';
    return `${flags.isRest ? '...' : ''}${parameter === '__namedParameters' ? 'options' : parameter}${optional}: ${kind}`;
  });
  return `${name}(${given.join(', ')})`;
}

/** The names in a type, as written. */
const namesIn = (type) => String(type).match(/\b[A-Z]\w*/g) ?? [];

/** A doc comment in Markdown; what is thrown stands at its end. */
function textOf(comment) {
  if (!comment) return '';
  const named = { '@returns': 'Returns', '@throws': 'Throws', '@default': 'Default:' };
  const rest = comment.blockTags.flatMap(({ tag, name, content }) => {
    if (tag === '@param') return [`\`${name}\`: ${markdownOf(content)}`];
    return named[tag] ? [`${named[tag]} ${markdownOf(content)}`] : [];
  });
  return [markdownOf(comment.summary), ...rest].join('\n\n').trim();
}

const tagsOf = (comment, tag) =>
  (comment?.blockTags ?? []).filter((block) => block.tag === tag).map(({ content }) => markdownOf(content));

const markdownOf = (parts) =>
  parts
    .map((part) => (part.kind === 'inline-tag' ? `[${part.text}](#${part.text})` : part.text))
    .join('')
    .trim();
