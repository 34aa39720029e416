/** Several small plots in one figure, row by row, with a title over each. */
import { axis, type Axis } from './style';

/** Where a panel's traces go, in plotly's names. */
export interface Panel {
  xaxis: string;
  yaxis: string;
}

export interface PanelGrid {
  count: number;
  columns: number;
  /** CSS pixels of the whole figure. */
  width: number;
  /** CSS pixels of one panel's plot area. */
  panelHeight: number;
  titles?: readonly string[];
  /** Axes of each panel. A grid of alike panels names them at its left and lower edge only. */
  axes: (panel: number) => { x: Axis; y: Axis };
  alike?: boolean;
}

const [marginX, gapX, gapY, titleRoom] = [88, 64, 40, 22];

/** The panels' places and their axes, the titles as annotations, and the plot area's height in CSS pixels. */
export function panelGrid(grid: PanelGrid): {
  panels: Panel[];
  layout: Record<string, unknown>;
  plotHeight: number;
} {
  const { count, columns, width, panelHeight, titles, alike } = grid;
  const rows = Math.ceil(count / columns);
  const plotWidth = width - marginX;
  const gapAcross = (alike ? 34 : gapX) / plotWidth;
  const rowGap = (titles ? titleRoom : 0) + (alike ? 26 : gapY + 12);
  const plotHeight = rows * panelHeight + (rows - 1) * rowGap;
  const [w, h] = [(1 - gapAcross * (columns - 1)) / columns, panelHeight / plotHeight];
  const layout: Record<string, unknown> = { roomAbove: titles ? titleRoom - 6 : 0 };
  const annotations: object[] = [];
  const panels = Array.from({ length: count }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const id = i === 0 ? '' : String(i + 1);
    const left = column * (w + gapAcross);
    const top = 1 - row * (h + rowGap / plotHeight);
    const { x, y } = grid.axes(i);
    const [xAxis, yAxis] = [axis(x, 'x'), axis(y, 'y')];
    if (alike && i + columns < count) delete xAxis.title;
    if (alike && column > 0) delete yAxis.title;
    layout[`xaxis${id}`] = { ...xAxis, domain: [left, left + w], anchor: `y${id}` };
    layout[`yaxis${id}`] = { ...yAxis, domain: [Math.max(0, top - h), top], anchor: `x${id}` };
    if (titles)
      annotations.push({
        text: titles[i],
        xref: 'paper',
        yref: 'paper',
        x: left,
        y: top,
        xanchor: 'left',
        yanchor: 'bottom',
        showarrow: false,
        font: { size: 13 },
      });
    return { xaxis: `x${id}`, yaxis: `y${id}` };
  });
  return { panels, layout: { ...layout, annotations }, plotHeight };
}
