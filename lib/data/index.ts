/** Real data: what comes with the course, what is downloaded once and kept, and where each was taken from. */
export { cacheDir } from './folders';
export { readCSV, DataTable, type Columns, type ColumnKind, type NumberColumn, type Row } from './csv';
export { seattleWeather, sp500 } from './tables';
export type { IndexDay, IndexTable, WeatherDay, WeatherTable } from './tables';
export { pytorchWeather, type PyTorchRun, type PyTorchTraining, type PyTorchWeather } from './pytorchWeather';
