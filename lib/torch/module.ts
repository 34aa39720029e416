/** The base of every network: knows its parameters by PyTorch's names. */
import { tf } from '../backend';
import { type Displayable, displaySymbol, type MimeBundle } from '../notebook';

/** The parameters of a module by name; what `stateDict` gives and `loadStateDict` takes. */
export type StateDict = Record<string, tf.Tensor>;

/**
 * A network or a part of one, as PyTorch's `nn.Module`. A subclass keeps parameters (`tf.Variable`) and parts (modules, or
 * arrays of them) in its fields and defines `forward`; a field `fc` with a `torch.Linear` gives parameters `fc.weight` and
 * `fc.bias`. Call `forward` where Python calls the module itself.
 *
 * There is no `zeroGrad` and no `backward`: `optimizer.step(() => loss)` takes the gradients of one closure and uses them up.
 *
 * @example
 * class Net extends torch.Module {
 *   readonly lstm = new torch.LSTM({ inputSize: 3, hiddenSize: 8, batchFirst: true });
 *   readonly head = new torch.Linear(8, 1);
 *   override forward(x: tf.Tensor3D) {
 *     return this.head.forward(torch.select(this.lstm.forward(x)[0], 1, -1));
 *   }
 * }
 * console.log(new Net().forward(tf.ones([4, 20, 3])).shape); // [ 4, 1 ]
 */
export abstract class Module implements Displayable {
  /** Whether dropout acts; set by {@link train} and {@link eval}. */
  training = true;

  /** Computes the output. */
  abstract forward(...inputs: never[]): unknown;

  /** Every parameter with its name, in PyTorch's order: a module's own ones, then those of its parts. */
  *namedParameters(): Generator<[name: string, parameter: tf.Variable]> {
    for (const [name, value] of Object.entries(this)) {
      if (value instanceof tf.Variable) yield [name, value];
    }
    for (const [name, part] of this.namedParts()) {
      for (const [inner, parameter] of part.namedParameters()) yield [`${name}.${inner}`, parameter];
    }
  }

  /** Every parameter, for an optimizer. */
  parameters(): tf.Variable[] {
    return [...this.namedParameters()].map(([, parameter]) => parameter);
  }

  /** The parameters by name. As in PyTorch these are the live tensors: clone them to keep a moment of training. */
  stateDict(): StateDict {
    return Object.fromEntries(this.namedParameters());
  }

  /**
   * Copies numbers into the parameters: all of them, or none when something is wrong.
   * @param strict whether the names must be exactly those of {@link stateDict}. Default true.
   * @throws RangeError in PyTorch's words, with all of them at once, when names are missing or unknown (strict), or a shape differs.
   */
  loadStateDict(
    state: Record<string, tf.TensorLike | tf.Tensor>,
    { strict = true }: { strict?: boolean } = {},
  ): { missingKeys: string[]; unexpectedKeys: string[] } {
    const own = new Map(this.namedParameters());
    const missingKeys = [...own.keys()].filter((name) => !Object.hasOwn(state, name));
    const unexpectedKeys = Object.keys(state).filter((name) => !own.has(name));
    tf.tidy(() => {
      const fitting = [...own].filter(([name]) => Object.hasOwn(state, name));
      const assignments = fitting.map(([name, parameter]) => {
        const given = state[name];
        return { name, parameter, tensor: given instanceof tf.Tensor ? given : tf.tensor(given) };
      });
      const problems = [
        ...(strict ? keysProblem('Missing', missingKeys) : []),
        ...(strict ? keysProblem('Unexpected', unexpectedKeys) : []),
        ...assignments
          .filter(({ parameter, tensor }) => tensor.shape.join() !== parameter.shape.join())
          .map(
            ({ name, parameter, tensor }) =>
              `size mismatch for ${name}: copying a param with shape [${tensor.shape.join(', ')}] from checkpoint, ` +
              `the shape in current model is [${parameter.shape.join(', ')}].`,
          ),
      ];
      if (problems.length > 0) {
        throw new RangeError(
          `Error(s) in loading state_dict for ${this.constructor.name}:\n\t${problems.join('\n\t')}`,
        );
      }
      for (const { parameter, tensor } of assignments) parameter.assign(tensor.cast('float32').clone());
    });
    return { missingKeys, unexpectedKeys };
  }

  /** The modules that this one is made of. */
  children(): Module[] {
    return this.namedParts().map(([, part]) => part);
  }

  /** This module, its parts and theirs. */
  modules(): Module[] {
    return [this, ...this.children().flatMap((part) => part.modules())];
  }

  /** Calls a function with every part, theirs first, and with this module: for first weights of one's own. */
  apply(change: (module: Module) => void): this {
    for (const part of this.children()) part.apply(change);
    change(this);
    return this;
  }

  /** Lets dropout act, here and in every part. */
  train(mode = true): this {
    this.training = mode;
    for (const [, part] of this.namedParts()) part.train(mode);
    return this;
  }

  /** Turns dropout off, here and in every part. */
  eval(): this {
    return this.train(false);
  }

  /** Frees the parameters; the module is of no use afterwards. */
  dispose(): void {
    for (const parameter of this.parameters()) parameter.dispose();
  }

  /** The module and its parts, as Python prints them. */
  toString(): string {
    const parts = this.namedParts().map(([name, part]) => `(${name}): ${part}`.replaceAll('\n', '\n  '));
    const inside = parts.length > 0 ? `\n  ${parts.join('\n  ')}\n` : this.describe();
    return `${this.constructor.name}(${inside})`;
  }

  [displaySymbol](): MimeBundle {
    return { 'text/plain': this.toString() };
  }

  /** The arguments that {@link toString} shows. */
  protected describe(): string {
    return '';
  }

  private namedParts(): [name: string, part: Module][] {
    return Object.entries(this).flatMap(([name, value]): [string, Module][] => {
      if (value instanceof Module) return [[name, value]];
      if (!Array.isArray(value)) return [];
      return value.flatMap((item, i): [string, Module][] => (item instanceof Module ? [[`${name}.${i}`, item]] : []));
    });
  }
}

function keysProblem(what: string, names: string[]): string[] {
  return names.length > 0 ? [`${what} key(s) in state_dict: ${names.map((name) => `"${name}"`).join(', ')}.`] : [];
}
