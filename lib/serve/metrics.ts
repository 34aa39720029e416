/** Counts and times for Prometheus. */
import type { Registry } from 'prom-client';
import { optionalPackage } from '../optional-package';
import { packages } from './packages';
import type { Pool } from './pool';

export interface Metrics {
  request(route: string, status: number, seconds: number): void;
  batch(size: number): void;
  workerEnded(): void;
  /** The text format of Prometheus, version 0.0.4. */
  text(): Promise<string>;
  contentType: string;
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function metricsOf(pool: () => Pool): Metrics {
  const client = optionalPackage<typeof import('prom-client')>('prom-client', 'The service', packages);
  const registry: Registry = new client.Registry();
  const registers = [registry];
  const requests = new client.Histogram({
    name: 'lstm_lab_request_seconds',
    help: 'How long requests took, by path and status.',
    labelNames: ['path', 'status'],
    buckets: seconds,
    registers,
  });
  const batches = new client.Histogram({
    name: 'lstm_lab_batch_size',
    help: 'How many requests went through the model together.',
    buckets: [1, 2, 4, 8, 16, 32, 64],
    registers,
  });
  const ended = new client.Counter({
    name: 'lstm_lab_worker_ends_total',
    help: 'Workers that have ended unasked.',
    registers,
  });
  const gauge = (name: string, help: string, value: () => number) =>
    new client.Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  const sum = (of: 'rss' | 'tensors') => pool().members.reduce((total, { memory }) => total + memory[of], 0);
  gauge('lstm_lab_workers_ready', 'Workers that can take a request.', () => pool().ready);
  gauge('lstm_lab_requests_waiting', 'Requests that wait for a worker.', () => pool().waiting);
  gauge('lstm_lab_service_resident_bytes', 'Memory of the service.', () => process.memoryUsage.rss());
  gauge('lstm_lab_workers_resident_bytes', 'Memory of its workers.', () => sum('rss'));
  gauge('lstm_lab_workers_tensors', 'Tensors that its workers hold.', () => sum('tensors'));
  return {
    request: (path, status, took) => requests.observe({ path, status }, took),
    batch: (size) => batches.observe(size),
    workerEnded: () => ended.inc(),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
