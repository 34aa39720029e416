/** Graphs inside operators, as a loop has one. */
import type { GraphProto, NodeProto } from '../proto';

/** The names outside of a graph that it takes. */
export function takenFromOutside(graph: GraphProto, depth = 0): string[] {
  if (depth > 8) throw new Error('it has loops in loops in loops');
  const own = new Set([
    ...graph.input.map(({ name }) => name),
    ...graph.initializer.map(({ name }) => name),
    ...graph.node.flatMap(({ output }) => output),
  ]);
  const taken = graph.node.flatMap((node) => [
    ...node.input,
    ...innerGraphs(node).flatMap((one) => takenFromOutside(one, depth + 1)),
  ]);
  return [...taken, ...graph.output.map(({ name }) => name)].filter((name) => name !== '' && !own.has(name));
}

export const innerGraphs = (node: NodeProto): GraphProto[] => node.attribute.flatMap(({ g }) => g ?? []);
