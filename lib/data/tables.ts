/** The two tables that come with the course; sources and licences in `data/README.md`. */
import fs from 'node:fs';
import path from 'node:path';
import { readCSV } from './csv';
import type { DataTable, Row } from './data-table';
import { courseFolder, ownFolder } from './folders';

const weatherColumns = {
  date: 'date',
  precipitation: 'number',
  temp_max: 'number',
  temp_min: 'number',
  wind: 'number',
  weather: ['drizzle', 'fog', 'rain', 'snow', 'sun'],
} as const;

/** The columns of an index or a share by trading day. */
export const indexColumns = {
  date: 'date',
  open: 'number',
  high: 'number',
  low: 'number',
  close: 'number',
  adjclose: 'number',
  volume: 'number',
} as const;

/** A day in Seattle: precipitation in mm, highest and lowest temperature in °C, wind in m/s, and a word for the weather. */
export type WeatherDay = Row<typeof weatherColumns>;
/** A trading day of the S&P 500: prices in index points, volume in shares. */
export type IndexDay = Row<typeof indexColumns>;
/** The table of {@link seattleWeather}. */
export type WeatherTable = DataTable<typeof weatherColumns>;
/** The table of {@link sp500}. */
export type IndexTable = DataTable<typeof indexColumns>;

/**
 * Seattle's weather, 1,461 days from 2012-01-01 to 2015-12-31 (NOAA, by way of vega-datasets).
 *
 * @example
 * const weather = data.seattleWeather();
 * console.log(weather.length, weather.rows[0].weather); // 1461 drizzle
 */
export function seattleWeather(): WeatherTable {
  return readCSV(localFile('seattle-weather.csv'), weatherColumns);
}

/**
 * The S&P 500 index, 5,105 trading days from 2000-01-03 to 2020-04-17 (by way of vega-datasets).
 *
 * @example
 * const index = data.sp500();
 * console.log(index.length, index.column('close').length); // 5105 5105
 */
export function sp500(): IndexTable {
  return readCSV(localFile('sp500-2000.csv'), indexColumns);
}

/** The reader's own file of this name, or the course's, or that of the package vega-datasets. */
function localFile(name: string): string {
  const candidates = [ownFolder(), courseFolder(), packageFolder()].map((folder) => folder && path.join(folder, name));
  const found = candidates.find((file) => file && fs.existsSync(file));
  if (!found) throw new Error(`${name} was not found: put it into a folder and name that folder in LSTM_LAB_DATA.`);
  return found;
}

function packageFolder(): string | undefined {
  try {
    return path.join(path.dirname(require.resolve('vega-datasets/package.json')), 'data');
  } catch {
    return undefined;
  }
}
