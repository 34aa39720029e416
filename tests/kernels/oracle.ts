/** The recurrences written out in plain numbers (float64), one row and one step at a time: what every tier is held to. */

export type Matrix = number[][];
export type OracleCell = 'lstm' | 'gru' | 'gruResetAfter' | 'rnnTanh' | 'rnnRelu';

export interface OracleInput {
  cell: OracleCell;
  /** `[batch][time][features]` */
  x: number[][][];
  kernel?: Matrix;
  recurrentKernel: Matrix;
  inputBias?: number[];
  recurrentBias?: number[];
  /** `[states][batch][units]` */
  state: number[][][];
  /** `[batch][time]` */
  mask?: boolean[][];
  reverse?: boolean;
  recurrentMask?: Matrix;
  zeroOutputForMask?: boolean;
}

export interface OracleOutput {
  sequence: number[][][];
  output: Matrix;
  state: number[][][];
}

const sigmoid = (v: number) => 1 / (1 + Math.exp(-v));

/** Runs a recurrence as its textbook formula says. */
export function oracle(input: OracleInput): OracleOutput {
  const { cell, x, kernel, recurrentKernel, inputBias, recurrentBias, mask, recurrentMask } = input;
  const units = recurrentKernel.length;
  const columns = units === 0 ? 0 : recurrentKernel[0].length;
  const result: OracleOutput = { sequence: [], output: [], state: input.state.map(() => []) };
  x.forEach((row, b) => {
    let state = input.state.map((s) => s[b].slice());
    let output: number[] = Array(units).fill(0);
    const sequence: number[][] = [];
    const dropped = (h: number[], gate: number) =>
      h.map((v, u) => {
        if (!recurrentMask) return v;
        const m = recurrentMask[b];
        return v * (m.length === units ? m[u] : m[gate * units + u]);
      });
    const recur = (h: number[], column: number) => {
      const masked = dropped(h, Math.floor(column / units));
      return masked.reduce((sum, v, u) => sum + v * recurrentKernel[u][column], recurrentBias?.[column] ?? 0);
    };
    for (let step = 0; step < row.length; step++) {
      const t = input.reverse ? row.length - 1 - step : step;
      if (mask && !mask[b][t]) {
        if (input.zeroOutputForMask) output = Array(units).fill(0);
        sequence.push(output);
        continue;
      }
      const z = Array.from({ length: columns }, (_, j) => {
        const projected = kernel ? row[t].reduce((sum, v, k) => sum + v * kernel[k][j], 0) : row[t][j];
        return projected + (inputBias?.[j] ?? 0);
      });
      const h = state[0];
      const each = (f: (u: number) => number) => Array.from({ length: units }, (_, u) => f(u));
      if (cell === 'lstm') {
        const gate = (k: number, u: number) => z[k * units + u] + recur(h, k * units + u);
        const c = each((u) => sigmoid(gate(1, u)) * state[1][u] + sigmoid(gate(0, u)) * Math.tanh(gate(2, u)));
        state = [each((u) => sigmoid(gate(3, u)) * Math.tanh(c[u])), c];
      } else if (cell === 'gru' || cell === 'gruResetAfter') {
        const update = each((u) => sigmoid(z[u] + recur(h, u)));
        const reset = each((u) => sigmoid(z[units + u] + recur(h, units + u)));
        const resetState = h.map((v, u) => v * reset[u]);
        const candidate = each((u) => {
          const column = 2 * units + u;
          const recurrent = cell === 'gru' ? recur(resetState, column) : reset[u] * recur(h, column);
          return Math.tanh(z[column] + recurrent);
        });
        state = [each((u) => update[u] * h[u] + (1 - update[u]) * candidate[u])];
      } else {
        const activation = cell === 'rnnTanh' ? Math.tanh : (v: number) => Math.max(v, 0);
        state = [each((u) => activation(z[u] + recur(h, u)))];
      }
      output = state[0];
      sequence.push(output);
    }
    result.sequence.push(sequence);
    result.output.push(output);
    state.forEach((s, k) => result.state[k].push(s));
  });
  return result;
}
