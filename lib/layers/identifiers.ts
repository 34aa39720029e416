/** Turns the names and configurations that layers are given ("tanh", "glorotUniform", …) into objects, and back. */
import { tf } from '../backend';
import { withOwnClasses } from '../mends/class-registry';
import { orNearest } from '../options';
import { type Config, stockClass } from './stock';

type DenseArgs = Parameters<typeof tf.layers.dense>[0];
export type ActivationIdentifier = NonNullable<DenseArgs['activation']>;
export type InitializerIdentifier = NonNullable<DenseArgs['kernelInitializer']>;
export type RegularizerIdentifier = NonNullable<DenseArgs['kernelRegularizer']>;
export type ConstraintIdentifier = NonNullable<DenseArgs['kernelConstraint']>;

export type Initializer = Exclude<InitializerIdentifier, string>;
export type Regularizer = Exclude<RegularizerIdentifier, string>;
export type Constraint = Exclude<ConstraintIdentifier, string>;

/** The base class of the initializers of TensorFlow.js, which it does not export. */
export const StockInitializer = Object.getPrototypeOf(
  stockClass<new () => Initializer>('Zeros'),
) as new () => Initializer;

/** An element-wise function by name, as TensorFlow.js registers it. */
export interface Activation extends tf.serialization.Serializable {
  apply(x: tf.Tensor): tf.Tensor;
}

const activations =
  'elu gelu gelu_new hardSigmoid linear logSoftmax mish relu relu6 selu sigmoid softmax softplus softsign swish tanh';
const names = {
  activation: activations.split(' '),
  initializer:
    'constant glorotNormal glorotUniform heNormal heUniform identity leCunNormal leCunUniform ones orthogonal randomNormal randomUniform truncatedNormal varianceScaling zeros'.split(
      ' ',
    ),
  regularizer: ['l1', 'l1l2', 'l2'],
  constraint: ['maxNorm', 'minMaxNorm', 'nonNeg', 'unitNorm'],
};
type Kind = keyof typeof names;

/** Keras's own names for functions that TensorFlow.js registers under another. */
const synonyms: Record<string, string> = { silu: 'swish', lecunNormal: 'leCunNormal', lecunUniform: 'leCunUniform' };

/** Keras's names of penalties, 0.01 each, that TensorFlow.js has as functions only. */
const penalties: Record<string, () => Regularizer> = { l1: tf.regularizers.l1, l2: tf.regularizers.l2 };

/** The activation called `identifier`; `null` is the identity, as in Keras. */
export function getActivation(identifier: ActivationIdentifier | Activation | null): Activation {
  return resolve<Activation>('activation', identifier ?? 'linear');
}

export function getInitializer(identifier: InitializerIdentifier): Initializer {
  return resolve<Initializer>('initializer', identifier);
}

export function getRegularizer(identifier: RegularizerIdentifier | null | undefined): Regularizer | undefined {
  if (typeof identifier === 'string' && identifier in penalties) return penalties[identifier]();
  return identifier ? resolve<Regularizer>('regularizer', identifier) : undefined;
}

export function getConstraint(identifier: ConstraintIdentifier | null | undefined): Constraint | undefined {
  return identifier ? resolve<Constraint>('constraint', identifier) : undefined;
}

/** What a configuration holds for an initializer, a regularizer, a constraint or a layer: its class and its own configuration. */
export type Description = { className: string; config: Config };

export function describe(object: tf.serialization.Serializable): Description;
export function describe(object: tf.serialization.Serializable | null | undefined): Description | null;
export function describe(object: tf.serialization.Serializable | null | undefined): Description | null {
  return object ? { className: object.getClassName(), config: object.getConfig() } : null;
}

function resolve<T>(kind: Kind, identifier: unknown): T {
  if (typeof identifier === 'object' && identifier instanceof tf.serialization.Serializable) return identifier as T;
  if (typeof identifier === 'string') return named(kind, identifier, {}) as T;
  const { className, config } = identifier as { className?: string; config: Config };
  if (typeof className !== 'string') {
    const given = typeof identifier === 'function' ? 'a function' : String(identifier);
    throw new Error(`The ${kind} is ${given}; give the name of one: ${names[kind].join(', ')}.`);
  }
  return named(kind, className, config) as T;
}

function named(kind: Kind, identifier: string, config: Config): unknown {
  const name = synonyms[identifier] ?? identifier;
  const className = kind === 'activation' ? name : name === 'l1l2' ? 'L1L2' : name[0].toUpperCase() + name.slice(1);
  if (!(className in registered()) || (kind === 'activation' && !names.activation.includes(name)))
    throw new Error(
      `Unknown ${kind} "${identifier}"${orNearest(identifier, names[kind])} Known: ${names[kind].join(', ')}.`,
    );
  return fromDescription({ className, config });
}

/** The object of a description that a configuration holds; of this library's class, where it has one of that name. */
export function fromDescription<T>({ className, config }: Description): T {
  const [constructor, fromConfig] = registered()[className];
  return withOwnClasses(() => fromConfig(constructor, config)) as T;
}

const registered = () => tf.serialization.SerializationMap.getMap().classNameMap;
