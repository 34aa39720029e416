/** Modules made of modules. */
import { tf } from '../backend';
import { Module } from './module';

/** A list of modules; each is a part under its number, so that parameters are named `0.weight`. */
abstract class Container extends Module implements Iterable<Module> {
  readonly [place: number]: Module;

  /** How many modules there are. */
  get length(): number {
    return this.children().length;
  }

  [Symbol.iterator](): Iterator<Module> {
    return this.children()[Symbol.iterator]();
  }

  /** Adds a module at the end. @throws TypeError when it is none. */
  append(module: Module): this {
    const name = String(this.length);
    if (!(module instanceof Module)) {
      throw new TypeError(`torch.${this.constructor.name} takes modules; number ${name} is ${String(module)}.`);
    }
    return Object.assign(this, { [name]: module });
  }
}

/** A module with one input and one output, both tensors. */
interface Step extends Module {
  forward(x: tf.Tensor): tf.Tensor;
}

/**
 * PyTorch's `nn.Sequential`: each module takes what the one before gives. A record of modules names them.
 *
 * @example
 * const net = new torch.Sequential(new torch.Linear(3, 8), new torch.ReLU(), new torch.Linear(8, 1));
 * console.log(net.forward(tf.ones([4, 3])).shape); // [ 4, 1 ]
 * console.log(Object.keys(net.stateDict())); // [ '0.weight', '0.bias', '2.weight', '2.bias' ]
 */
export class Sequential extends Container {
  /** @throws TypeError when one is no module. */
  constructor(...modules: Module[] | [Record<string, Module>]) {
    super();
    const [first] = modules;
    const isRecord = modules.length === 1 && typeof first === 'object' && !(first instanceof Module);
    if (!isRecord) for (const module of modules as Module[]) this.append(module);
    else
      for (const [name, module] of Object.entries(first as Record<string, Module>))
        Object.assign(this, { [name]: module });
  }

  /** @throws TypeError naming the module that gives no tensor: a recurrent one gives an output and a state. */
  forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() =>
      (this.children() as Step[]).reduce((input, module, i) => {
        const output: unknown = module.forward(input);
        if (output instanceof tf.Tensor) return output;
        throw new TypeError(
          `torch.Sequential: ${module.constructor.name}, number ${i}, gives no single tensor (a recurrent module gives [output, state]); ` +
            'call it in a forward of your own.',
        );
      }, x),
    );
  }
}

/**
 * PyTorch's `nn.ModuleList`: modules that are found by `parameters()`, and that a forward of your own calls.
 *
 * @example
 * const list = new torch.ModuleList([new torch.Linear(3, 8), new torch.Linear(8, 1)]);
 * console.log(list.length, Object.keys(list.stateDict())); // 2 [ '0.weight', '0.bias', '1.weight', '1.bias' ]
 */
export class ModuleList extends Container {
  /** @throws TypeError when one is no module. */
  constructor(modules: Iterable<Module> = []) {
    super();
    for (const module of modules) this.append(module);
  }

  /** @throws TypeError always, as in PyTorch: a list has no order of computation. */
  forward(): never {
    throw new TypeError('torch.ModuleList computes nothing: call its modules, or make a torch.Sequential of them.');
  }
}
