/** Tensors as text: `Tensor [2, 3] float32` and their values. */

export interface TensorLike {
  shape: number[];
  dtype: string;
  isDisposed: boolean;
  name?: string;
  toString(verbose?: boolean): string;
}

export function isTensor(value: unknown): value is TensorLike {
  const tensor = value as TensorLike & { dataSync?: unknown; rankType?: unknown };
  return typeof tensor?.dataSync === 'function' && Array.isArray(tensor.shape) && typeof tensor.dtype === 'string';
}

/** Shape, type and, when `whole`, the values (the middle of a long axis is cut out by tfjs). */
export function describeTensor(tensor: TensorLike, whole: boolean): string {
  const kind = tensor.name ? `Variable "${tensor.name}"` : 'Tensor';
  const head = `${kind} [${tensor.shape.join(', ')}] ${tensor.dtype}`;
  if (tensor.isDisposed) return `${head} (disposed)`;
  if (!whole) return head;
  const [, ...lines] = tensor.toString().split('\n');
  const indent = Math.min(...lines.map((line) => line.search(/\S|$/)));
  return [head, ...lines.map((line) => line.slice(indent))].join('\n');
}
