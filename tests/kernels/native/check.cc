// The mathematics of lib/native without TensorFlow, on odd sizes, in buffers of exactly the size that it may touch: to be compiled with
// -fsanitize=address,undefined. Values are held to plain loops; the gradients are held to the formulas by tests/kernels/parity.test.ts.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <vector>

#include "../../../lib/native/adam.h"
#include "../../../lib/native/generation.h"
#include "../../../lib/native/matmul.h"
#include "../../../lib/native/recurrent.h"
#include "../../../lib/native/skip_gram.h"
#include "../../../lib/native/softmax.h"

using namespace lstm_lab;

namespace {

std::mt19937 generator(1997);

std::vector<float> Random(int64_t n) {
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<float> values(n);
  for (float& value : values) value = uniform(generator);
  return values;
}

int failures = 0;

void Near(const char* what, double actual, double expected, double tolerance) {
  if (std::abs(actual - expected) <= tolerance * std::max(1.0, std::abs(expected))) return;
  std::printf("%s: %g, expected %g\n", what, actual, expected);
  ++failures;
}

template <typename T>
T* DataOrNull(std::vector<T>& values) {
  return values.empty() ? nullptr : values.data();
}

const Parallel one_after_the_other = [](int64_t n, const std::function<void(int64_t)>& f) {
  for (int64_t k = 0; k < n; ++k) f(k);
};

void CheckFunctions() {
  for (double x = -12; x <= 12; x += 0.013) {
    const Vec v = Splat(static_cast<float>(x));
    Near("tanh", Tanh(v)[0], std::tanh(static_cast<float>(x)), 3e-7);
    Near("sigmoid", Sigmoid(v)[kLanes - 1], 1 / (1 + std::exp(-static_cast<double>(static_cast<float>(x)))), 3e-7);
  }
  if (!std::isnan(Tanh(Splat(NAN))[0])) std::printf("tanh swallows NaN\n"), ++failures;
}

void CheckProducts(int64_t m, int64_t k, int64_t n) {
  const std::vector<float> a = Random(m * k), b = Random(k * n), left = Random(k * m);
  std::vector<float> c(m * n), space(Packed::Size(k, n)), sums(m * Padded(n)), work(OuterSpace(m));
  std::vector<const float*> a_rows(m), b_rows(k), left_rows(k);
  std::vector<float*> c_rows(m);
  for (int64_t i = 0; i < m; ++i) a_rows[i] = a.data() + i * k, c_rows[i] = c.data() + i * n;
  for (int64_t i = 0; i < k; ++i) b_rows[i] = b.data() + i * n, left_rows[i] = left.data() + i * m;
  const Packed packed = Pack(space.data(), k, n, RowsOf(b.data(), n));
  MultiplyRows(m, a_rows.data(), packed, c_rows.data(), false);
  MultiplyRows(m, a_rows.data(), packed, c_rows.data(), true);
  OuterProducts(k, left_rows.data(), m, b_rows.data(), n, sums.data(), work.data());
  for (int64_t i = 0; i < m; ++i) {
    for (int64_t j = 0; j < n; ++j) {
      double product = 0, outer = 0;
      for (int64_t l = 0; l < k; ++l) product += double(a[i * k + l]) * b[l * n + j], outer += double(left[l * m + i]) * b[l * n + j];
      Near("rows", c[i * n + j], 2 * product, 1e-5);
      Near("outer", sums[i * Padded(n) + j], outer, 1e-5);
    }
  }
}

// Activation and bias as well, with either factor transposed, in one part and in three.
void CheckMatMul(int64_t m, int64_t k, int64_t n, bool transpose_a, bool transpose_b, int64_t threads) {
  const std::vector<float> a = Random(m * k), b = Random(k * n), bias = Random(n);
  std::vector<float> c(m * n);
  const MatMul product{m, k, n, transpose_a, transpose_b, MatMul::kTanh};
  product.Multiply(a.data(), b.data(), bias.data(), c.data(), threads, one_after_the_other);
  for (int64_t i = 0; i < m; ++i) {
    for (int64_t j = 0; j < n; ++j) {
      double sum = bias[j];
      for (int64_t l = 0; l < k; ++l) sum += double(a[transpose_a ? l * m + i : i * k + l]) * b[transpose_b ? j * k + l : l * n + j];
      Near("matmul", c[i * n + j], std::tanh(sum), 1e-5);
    }
  }
}

// One pair without negatives moves both vectors by rate * (1 - sigmoid(their product)) of the other; a long text stays in its buffers.
void CheckSkipGram(int64_t dim) {
  const std::vector<float> keep{1, 1, 0.5f}, before_in = Random(3 * dim), before_out = Random(3 * dim);
  const std::vector<int32_t> table{0, 1, 2, 2}, pair{0, 1}, text{0, 1, 2, -1, -1, 2, 1, 0, 1, 2, 2};
  std::vector<float> in = before_in, out = before_out;
  SkipGram alone({dim, 1, 0, table.data(), 4, keep.data()}, in.data(), out.data(), 7);
  const int64_t pairs = alone.Train(pair.data(), 2, 0.1f, 0.1f);
  Near("pairs", pairs, 2, 0);
  double score = 0;
  for (int64_t d = 0; d < dim; ++d) score += double(before_in[dim + d]) * before_out[d];
  const double step = 0.1 * (1 - 1 / (1 + std::exp(-score)));
  for (int64_t d = 0; d < dim; ++d) {
    Near("the word", in[dim + d], before_in[dim + d] + step * before_out[d], 1e-5);
    Near("its context", out[d], before_out[d] + step * before_in[dim + d], 1e-5);
  }
  SkipGram longer({dim, 5, 4, table.data(), 4, keep.data()}, in.data(), out.data(), 0);
  longer.Train(text.data(), text.size(), 0.1f, 0.01f);
  for (float value : in) Near("a vector is finite", std::isfinite(value), 1, 0);
}

void CheckSoftmax(int64_t n) {
  const std::vector<float> x = Random(n), dy = Random(n);
  std::vector<float> y(n), dx(n);
  Softmax(x.data(), y.data(), n);
  SoftmaxGradient(y.data(), dy.data(), dx.data(), n);
  double sum = 0, flowing = 0;
  for (int64_t k = 0; k < n; ++k) sum += std::exp(double(x[k]));
  for (int64_t k = 0; k < n; ++k) flowing += std::exp(double(x[k])) / sum * dy[k];
  for (int64_t k = 0; k < n; ++k) {
    const double expected = std::exp(double(x[k])) / sum;
    Near("softmax", y[k], expected, 1e-6);
    Near("its gradient", dx[k], (dy[k] - flowing) * expected, 1e-6);
  }
}

void CheckRowProduct(int64_t rows, int64_t columns) {
  const std::vector<float> x = Random(rows), matrix = Random(rows * columns), before = Random(columns);
  std::vector<float> y = before;
  AddRowProduct(x.data(), matrix.data(), rows, columns, y.data());
  for (int64_t j = 0; j < columns; ++j) {
    double expected = before[j];
    for (int64_t k = 0; k < rows; ++k) expected += double(x[k]) * matrix[k * columns + j];
    Near("one row", y[j], expected, 1e-5);
  }
}

// Draws at even distances come as often as the probabilities say; top-k and top-p leave the most likely ones.
void CheckSampler(int64_t tokens) {
  const std::vector<float> logits = Random(tokens);
  constexpr int kDraws = 4000;
  for (const auto [temperature, top_k, top_p] : {SamplingSettings{0.5, tokens, 1}, SamplingSettings{1, 3, 1}, SamplingSettings{2, tokens, 0.6}}) {
    Sampler sampler(tokens, {temperature, top_k, top_p});
    std::vector<int> count(tokens);
    for (int k = 0; k < kDraws; ++k) ++count[sampler.Draw(logits.data(), (k + 0.5f) / kDraws)];
    double total = 0, kept = 0;
    for (int64_t k = 0; k < tokens; ++k) total += std::exp(logits[k] / temperature), kept += count[k] ? std::exp(logits[k] / temperature) : 0;
    int64_t drawn = 0;
    for (int64_t k = 0; k < tokens; ++k) {
      drawn += count[k] > 0;
      if (count[k]) Near("drawn", count[k] / double(kDraws), std::exp(logits[k] / temperature) / kept, 1e-3);
      for (int64_t other = 0; other < tokens; ++other) {
        if (count[k] && !count[other] && logits[other] > logits[k]) std::printf("a likelier token was left out\n"), ++failures;
      }
    }
    if (top_k < tokens && drawn != top_k) std::printf("top-k of %d left %d\n", int(top_k), int(drawn)), ++failures;
    if (top_k == tokens && kept < top_p * total * 0.999) std::printf("top-p left too few\n"), ++failures;
  }
}

// Memory of exactly the size asked for.
struct Memory {
  std::vector<std::unique_ptr<float[]>> held;
  Allocate Give() {
    return [this](int64_t n) {
      held.emplace_back(new float[n]);
      return held.back().get();
    };
  }
};

template <typename Cell>
void CheckCell(int64_t B, int64_t T, int64_t F, int64_t H, bool masked, bool reverse, bool zero_output, int64_t mask_gates, bool projected,
               int64_t slices, int64_t table_rows) {
  constexpr int64_t G = Cell::kGates;
  const int64_t X = projected ? G * H : F;
  const bool lstm = Cell::kStates == 2;
  std::vector<float> x = Random((table_rows > 0 ? table_rows : B * T) * X), kernel = Random(projected ? 0 : F * G * H), recurrent = Random(H * G * H), bias = Random(2 * G * H);
  std::vector<float> h0 = Random(B * H), c0 = Random(lstm ? B * H : 0), dropout = Random(B * mask_gates * H), dy = Random(B * T * H);
  std::vector<float> d_last = Random(B * H);
  std::unique_ptr<bool[]> mask(new bool[B * T]);
  for (int64_t k = 0; k < B * T; ++k) mask[k] = generator() % 3 > 0;
  const RecurrentShape shape{B, T, X, H, mask_gates, projected, zero_output, table_rows};
  const SequencePlan plan(B, T, masked ? mask.get() : nullptr, reverse, slices);
  const RecurrentNetwork network(kKindOf<Cell>, shape, plan);
  std::vector<int32_t> ids(table_rows > 0 ? B * T : 0);
  for (int32_t& id : ids) id = generator() % table_rows;

  std::vector<float> sequence(B * T * H), output(B * H), h(B * H), c(lstm ? B * H : 0), gates(B * T * Cell::kSaved * H), cells(lstm ? B * T * H : 0);
  RecurrentForward f{x.data(), DataOrNull(kernel), recurrent.data(), bias.data(), Cell::kInputGradients ? bias.data() + G * H : nullptr,
                     h0.data(), DataOrNull(c0), DataOrNull(dropout), sequence.data(), output.data(), h.data(), DataOrNull(c),
                     DataOrNull(gates), DataOrNull(cells)};
  f.ids = DataOrNull(ids);
  Memory memory;
  network.Forward(f, one_after_the_other, memory.Give());

  std::vector<float> output2(B * H), h2(B * H), c2(c.size());
  RecurrentForward inference = f;
  inference.sequence = inference.gates = inference.cells = nullptr;
  inference.output = output2.data(), inference.h = h2.data(), inference.c = DataOrNull(c2);
  network.Forward(inference, one_after_the_other, memory.Give());
  for (int64_t k = 0; k < B * H; ++k) Near("inference", output2[k], output[k], 1e-6), Near("state", h2[k], h[k], 1e-6);

  std::vector<float> dx(B * T * X), d_kernel(kernel.size()), d_recurrent(recurrent.size()), d_bias(bias.size()), d_h0(B * H), d_c0(c0.size());
  RecurrentBackward g{x.data(), DataOrNull(kernel), recurrent.data(), h0.data(), DataOrNull(c0), DataOrNull(dropout), sequence.data(),
                      DataOrNull(gates), DataOrNull(cells), dy.data(), d_last.data(), d_last.data(), lstm ? d_last.data() : nullptr,
                      dx.data(), DataOrNull(d_kernel), d_recurrent.data(), d_bias.data(),
                      Cell::kInputGradients ? d_bias.data() + G * H : nullptr, d_h0.data(), DataOrNull(d_c0)};
  g.ids = f.ids;
  network.Backward(g, one_after_the_other, memory.Give());
  for (float value : dx) Near("dx is finite", std::isfinite(value), 1, 0);
  g = {x.data(), DataOrNull(kernel), recurrent.data(), nullptr, nullptr, DataOrNull(dropout), sequence.data(), DataOrNull(gates),
       DataOrNull(cells), nullptr, d_last.data(), nullptr, nullptr, nullptr, DataOrNull(d_kernel), d_recurrent.data(), nullptr, nullptr,
       nullptr, nullptr};
  g.ids = f.ids;
  network.Backward(g, one_after_the_other, memory.Give());
}

template <typename Cell>
void CheckSizes() {
  const int64_t units[] = {1, 7, 8, 16, 19, 33}, batches[] = {1, 2, 7, 13}, times[] = {0, 1, 2, 9};
  int64_t turn = 0;
  for (int64_t H : units) {
    for (int64_t B : batches) {
      for (int64_t T : times) {
        ++turn;
        const int64_t dropout = turn % 5 == 1 ? 1 : turn % 5 == 3 ? Cell::kGates : 0;
        CheckCell<Cell>(B, T, 1 + turn % 18, H, turn % 2, turn % 3 == 0, turn % 7 < 3, dropout, turn % 4 == 3, 1 + turn % 4, turn % 6 < 3 ? 0 : turn % 6 == 3 ? 1 : 7);
      }
    }
  }
}

void CheckAdam(int64_t rows, int64_t width, int64_t lookups) {
  const int64_t size = rows * width;
  std::vector<float> weight = Random(size), m(size), v(size), values = Random(lookups * width);
  std::vector<int32_t> ids(lookups);
  for (int32_t& id : ids) id = generator() % rows;
  RowGradients table;
  if (!table.Set(rows, width, ids.data(), values.data(), lookups)) std::printf("refused\n"), ++failures;
  const AdamNumbers numbers{0.01f, 1, 1e-7f, 0.1f, 0.001f, 0.0f, 1, INFINITY};
  const std::vector<float> before = weight;
  for (bool square_lookups : {false, true}) {
    std::fill(m.begin(), m.end(), 0.0f), std::fill(v.begin(), v.end(), 0.0f);
    table.Update(numbers, square_lookups, 0, rows, before.data(), weight.data(), m.data(), v.data());
    for (int64_t row = 0; row < rows; ++row) {
      for (int64_t i = 0; i < width; ++i) {
        double sum = 0, squares = 0;
        for (int64_t k = 0; k < lookups; ++k) {
          if (ids[k] == row) sum += values[k * width + i], squares += double(values[k * width + i]) * values[k * width + i];
        }
        const double second = 0.001 * (square_lookups ? squares : sum * sum);
        Near("m", m[row * width + i], 0.1 * sum, 1e-5);
        Near("weight", weight[row * width + i], before[row * width + i] - 0.01 * 0.1 * sum / (std::sqrt(second) + 1e-7), 1e-4);
      }
    }
  }
  if (lookups > 0) {
    ids[0] = rows;
    if (table.Set(rows, width, ids.data(), values.data(), lookups)) std::printf("took an index outside\n"), ++failures;
    ids[0] = -1;
    if (table.Set(rows, width, ids.data(), values.data(), lookups)) std::printf("took a negative index\n"), ++failures;
  }
}

// A step for several weights, cut into ranges, is the steps for each; with clipped norms too.
void CheckAdamStep(int64_t size) {
  std::vector<float> values = Random(10), gradient = Random(size);
  std::vector<int32_t> ids{0, 2, 2, 1, 0};
  for (Clipping clip : {Clipping::kNone, Clipping::kValue, Clipping::kNorm, Clipping::kGlobalNorm}) {
    const AdamStep step({0.01f, 1, 1e-7f, 0.1f, 0.001f, 0.5f}, clip, 0.3f, false);
    const std::vector<float> start = Random(2 * size + 8);
    std::vector<float> results[2];
    for (int64_t parts : {1, 3}) {
      std::vector<float> w = start, m(w.size()), v(w.size());
      std::vector<AdamWeight> weights(3);
      for (int64_t k = 0, at = 0; k < 3; ++k) {
        weights[k].size = k == 1 ? 8 : size;
        weights[k].from = weights[k].to = w.data() + at, weights[k].first = m.data() + at, weights[k].second = v.data() + at;
        if (k != 1) weights[k].gradient = gradient.data();
        at += weights[k].size;
      }
      weights[1].table.Set(4, 2, ids.data(), values.data(), 5);
      step.Clip(weights);
      const int64_t total = 2 * size + 8;
      for (int64_t part = 0; part < parts; ++part) step.Update(weights, total * part / parts, total * (part + 1) / parts);
      results[parts > 1] = w;
    }
    for (size_t k = 0; k < start.size(); ++k) Near("in parts", results[1][k], results[0][k], 1e-6);
    for (int64_t k = 0; k < size; ++k) Near("alike", results[0][k] - start[k] * 0.5, results[0][size + 8 + k] - start[size + 8 + k] * 0.5, 1e-5);
  }
}

// A layer step by step gives what the network over a sequence does.
template <typename Cell>
void CheckLayer(int64_t T, int64_t F, int64_t H) {
  constexpr int64_t G = Cell::kGates;
  const std::vector<float> x = Random(T * F), kernel = Random(F * G * H), recurrent = Random(H * G * H), bias = Random(2 * G * H);
  const std::vector<float> h0 = Random(H), c0 = Random(H);
  std::vector<float> sequence(T * H), output(H), h(H), c(H), one_hot(F), h_end(H), c_end(H);
  RecurrentForward f{};
  f.x = x.data(), f.kernel = kernel.data(), f.recurrent_kernel = recurrent.data(), f.input_bias = bias.data();
  f.recurrent_bias = bias.data() + G * H, f.h0 = h0.data(), f.c0 = c0.data();
  f.sequence = sequence.data(), f.output = output.data(), f.h = h.data(), f.c = c.data();
  Memory memory;
  const RecurrentShape shape{1, T, F, H, 0, false, false, 0};
  const SequencePlan plan(1, T, nullptr, false, 1);
  RecurrentNetwork(kKindOf<Cell>, shape, plan).Forward(f, one_after_the_other, memory.Give());
  GenerationLayer layer(kKindOf<Cell>, {kernel.data(), recurrent.data(), bias.data(), bias.data() + G * H, F, H});
  layer.SetState(h0.data(), c0.data());
  for (int64_t t = 0; t < T; ++t) {
    const float* y = layer.Read(x.data() + t * F);
    for (int64_t u = 0; u < H; ++u) Near("a layer's step", y[u], sequence[t * H + u], 1e-5);
  }
  layer.GetState(h_end.data(), c_end.data());
  for (int64_t u = 0; u < H; ++u) {
    Near("its state", h_end[u], h[u], 1e-5);
    if (Cell::kStates > 1) Near("its carry", c_end[u], c[u], 1e-5);
  }
  one_hot[F - 1] = 1;
  layer.SetState(h0.data(), c0.data());
  const float* read = layer.Read(one_hot.data());
  const std::vector<float> expected(read, read + H);
  layer.SetState(h0.data(), c0.data());
  const float* token = layer.ReadToken(F - 1);
  for (int64_t u = 0; u < H; ++u) Near("a token's step", token[u], expected[u], 1e-6);
}

}  // namespace

int main() {
  CheckFunctions();
  for (int64_t rows : {1, 7, 8, 9, 17, 40}) {
    for (int64_t columns : {1, 7, 16, 33, 67}) CheckRowProduct(rows, columns);
  }
  for (int64_t tokens : {4, 11, 67}) CheckSampler(tokens);
  for (int64_t units : {1, 5, 16, 19}) {
    for (int64_t features : {1, 3, 20}) {
      CheckLayer<LstmCell>(4, features, units);
      CheckLayer<GruCell>(4, features, units);
      CheckLayer<SimpleCell<TanhActivation>>(4, features, units);
      CheckLayer<SimpleCell<ReluActivation>>(4, features, units);
    }
  }
  for (int64_t m : {1, 2, 5, 6, 7, 13, 20}) {
    for (int64_t k : {1, 3, 130, 257}) {
      for (int64_t n : {1, 7, 8, 15, 16, 17, 33, 64, 65, 80}) CheckProducts(m, k, n);
    }
  }
  for (int64_t m : {1, 7, 13}) {
    for (int64_t k : {1, 5, 140}) {
      for (int64_t n : {1, 16, 19}) {
        for (int64_t threads : {1, 3}) {
          CheckMatMul(m, k, n, false, false, threads);
          CheckMatMul(m, k, n, true, false, threads);
          CheckMatMul(m, k, n, false, true, threads);
        }
      }
    }
  }
  for (int64_t dim : {1, 7, 16, 50}) CheckSkipGram(dim);
  for (int64_t size : {1, 17, 100}) CheckAdamStep(size);
  for (int64_t n : {0, 1, 7, 8, 15, 16, 17, 33, 65}) CheckSoftmax(n);
  CheckSizes<LstmCell>();
  CheckSizes<GruCell>();
  CheckSizes<SimpleCell<TanhActivation>>();
  CheckSizes<SimpleCell<ReluActivation>>();
  for (int64_t width : {1, 5, 16, 19}) {
    for (int64_t lookups : {0, 1, 40}) CheckAdam(7, width, lookups);
  }
  std::printf("%d failures\n", failures);
  return failures > 0;
}
