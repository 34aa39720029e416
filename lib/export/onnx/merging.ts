/** Layers that make one tensor of several. */
import type { Call, Operator } from './operator';

/** Addition and its kin. The result has a mask where all of the inputs have one: a step counts where it counts in any. */
export const elementwise =
  (operator: string): Operator =>
  (call) => {
    const { graph, layer, inputs } = call;
    if (new Set(inputs.map(({ shape }) => shape.length)).size > 1)
      throw new Error(`Layer "${layer.name}" merges tensors of different ranks, which cannot go to ONNX.`);
    const selects = ['Mul', 'Max', 'Min'].includes(operator);
    if (selects && inputs.some(({ mask }) => mask !== undefined))
      throw new Error(
        `Layer "${layer.name}" (${layer.getClassName()}) merges masked sequences, which cannot go to ONNX.`,
      );
    const names = inputs.map(({ name }) => name);
    const several = operator === 'Mean' || operator === 'Max' || operator === 'Min';
    const name = several ? graph.add(operator, names) : names.reduce((a, b) => graph.add(operator, [a, b]));
    return [{ name, mask: anyOf(call) }];
  };

function anyOf({ graph, inputs }: Call): string | null {
  const masks = inputs.flatMap(({ mask }) => mask ?? []);
  return masks.length < inputs.length ? null : masks.reduce((a, b) => graph.add('Or', [a, b]));
}

/** Parts one beside the other; over time their masks are as well. */
export const concatenation: Operator = (call) => {
  const { graph, layer, config, inputs } = call;
  const rank = inputs[0].shape.length;
  const axis = ((config.axis as number) + rank) % rank;
  const name = graph.add(
    'Concat',
    inputs.map((input) => input.name),
    { axis: { i: axis } },
  );
  if (axis === rank - 1 || inputs.every(({ mask }) => mask === undefined)) return [{ name, mask: anyOf(call) }];
  const masks = inputs.flatMap(({ mask }) => mask ?? []);
  if (axis !== 1 || masks.length < inputs.length)
    throw new Error(`Layer "${layer.name}" (Concatenate) joins masked and other tensors, which cannot go to ONNX.`);
  return [{ name, mask: graph.add('Concat', masks, { axis: { i: 1 } }) }];
};

/** The products of two tensors over an axis of each; rows of a batch stay apart. */
export const product: Operator = ({ graph, config, inputs }) => {
  const ranks = inputs.map(({ shape }) => shape.length);
  const axes = ranks.map((rank, k) => {
    const axis = ([config.axes].flat() as number[])[k] ?? (config.axes as number);
    return (axis + rank) % rank;
  });
  const names = inputs.map(({ name }, k) =>
    config.normalize ? graph.add('LpNormalization', [name], { axis: { i: axes[k] }, p: { i: 2 } }) : name,
  );
  const letters = ['abcd', 'aefg'].map((own, k) => {
    const all = [...own.slice(0, ranks[k])];
    all[axes[k]] = 'z';
    return all.join('');
  });
  const free = letters.map((own) => own.slice(1).replace('z', '')).join('');
  const name = graph.add('Einsum', names, { equation: { s: `${letters.join(',')}->a${free}` } });
  return [{ name: free === '' ? graph.unsqueeze(name, 1) : name, mask: null }];
};
