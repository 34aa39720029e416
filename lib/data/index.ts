/** Real data: what comes with the course, what is downloaded once and kept, and where each was taken from. */
export { cacheDir } from './folders';
export { readCSV, type CSVOptions } from './csv';
export { DataTable, type Columns, type ColumnKind, type NumberColumn, type Row } from './data-table';
export { seattleWeather, sp500 } from './tables';
export type { IndexDay, IndexTable, WeatherDay, WeatherTable } from './tables';
export { yahooFinance, type YahooFinanceOptions } from './yahoo-finance';
export { fetchFile, type FoundFile } from './fetch-file';
export type { RemoteFile } from './download';
export { DownloadError } from './http';
export { imdb } from './reviews/imdb';
export { ReviewCorpus } from './reviews/corpus';
export { ReviewSet, type Sequences } from './reviews/review-set';
export type { SequenceOptions } from './reviews/words';
export { shakespeare, type LongText } from './shakespeare';
export { passages, sotu, type Address, type Passage } from './sotu';
export { pytorchWeather, type PyTorchRun, type PyTorchTraining, type PyTorchWeather } from './pytorch-weather';
